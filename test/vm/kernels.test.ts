// Both ways to the lines on both kernels: gpiomon with the character device, onoff with sysfs, whose line numbers moved in between.
import { expect, vi } from 'vitest'
import { atWork, press, processes } from './hands.ts'
import type { Machine } from './machine.ts'
import { type Alarms, scenario, soon } from './scenario.ts'
import { type ButtonName, buttons } from './town.ts'

const firstLine = { '6.1': 504, '6.12': 512 } as const
/** sysfs keeps no queue: a press is seen only if it outlasts the program's stalls, which are long on an emulated processor. */
const heldMs = 1000

for (const series of ['6.1', '6.12'] as const)
  scenario(
    `lines through gpiomon, then through onoff from line ${firstLine[series]} on`,
    series,
    async (town, kernel, alarms) => {
      const machine = await town.boot(kernel)
      await atWork(machine)
      await pressEach(machine, alarms)

      const from = machine.lines.length
      await machine.run("sed -i 's/backend: gpiochip/backend: onoff/' /run/stillruf/device.yaml")
      await machine.run('echo root >/run/account; kill $(cat /run/device.pid)')
      await machine.line(/^device ended with 0$/, from)
      await atWork(machine, from)
      expect(await processes(machine, /^gpiomon/)).toEqual([])
      await vi.waitFor(async () => {
        const exported = (await machine.run('ls /sys/class/gpio')).output.filter(name => /^gpio\d+$/.test(name))
        expect(exported).toEqual([0, 1, 2, 4, 5].map(offset => `gpio${firstLine[series] + offset}`))
      }, soon)
      await pressEach(machine, alarms)
    },
  )

async function pressEach(machine: Machine, alarms: Alarms): Promise<void> {
  for (const button of Object.keys(buttons) as readonly ButtonName[]) {
    const before = alarms.told.length
    await press(machine, button, heldMs)
    await alarms.until(before + 1)
  }
}
