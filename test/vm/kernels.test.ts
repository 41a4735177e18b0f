// Both ways to the lines on both kernels: gpiomon with the character device, onoff with sysfs, whose line numbers moved in between.
import { expect, vi } from 'vitest'
import { atWork, press, processes, scenario, soon } from './scenario.ts'

const firstLine = { '6.1': 504, '6.12': 512 } as const

for (const series of ['6.1', '6.12'] as const)
  scenario(
    `lines through gpiomon, then through onoff from line ${firstLine[series]} on`,
    series,
    async (town, kernel, alarms) => {
      const machine = await town.boot(kernel)
      await atWork(machine)
      await press(machine, 'tresen')
      await alarms.until(1)

      const from = machine.lines.length
      const change =
        "sed -i 's/backend: gpiochip/backend: onoff/' /run/stillruf/device.yaml; echo root >/run/account; kill $(cat /run/device.pid)"
      expect((await machine.run(change)).status).toBe(0)
      await machine.line(/^device ended with 0$/, from)
      await atWork(machine, from)
      expect(await processes(machine, /^gpiomon/)).toEqual([])
      await vi.waitFor(async () => {
        const exported = (await machine.run('ls /sys/class/gpio')).output.filter(name => /^gpio\d+$/.test(name))
        expect(exported).toEqual([0, 1, 2, 4, 5].map(offset => `gpio${firstLine[series] + offset}`))
      }, soon)
      const before = alarms.told.length
      for (const button of ['tresen', 'beratung', 'kasse', 'standesamt'] as const) await press(machine, button)
      await alarms.until(before + 4)
    },
  )
