// A device that hangs: the board's watchdog resets the machine, and what is pressed afterwards reaches a person.
import { expect, vi } from 'vitest'
import { atWork, press } from './hands.ts'
import { measured, scenario, soon } from './scenario.ts'

scenario(
  'a blocked program: the watchdog resets the machine, and the next press is an alarm',
  '6.1',
  async (town, kernel, alarms) => {
    const machine = await town.boot(kernel, {
      yaml: 'lines: { backend: gpiochip }\nwatchdog: /dev/watchdog',
      words: ['watchdog=12'],
      arguments: ['-device', 'i6300esb', '-action', 'watchdog=reset'],
      resets: true,
    })
    await atWork(machine)
    await press(machine, 'tresen')
    await alarms.until(1)

    const from = machine.lines.length
    expect(
      (await machine.run('cat /sys/class/watchdog/watchdog0/state; kill -STOP $(cat /run/device.pid)')).output,
    ).toEqual(['active'])
    const blockedAt = performance.now()
    await vi.waitFor(() => expect(machine.events.map(({ event }) => event)).toContain('WATCHDOG'), soon)
    measured('blocked → reset by the watchdog', [performance.now() - blockedAt])
    expect(machine.events.find(({ event }) => event === 'WATCHDOG')?.data?.action).toBe('reset')
    await atWork(machine, from)
    measured('blocked → connected again', [performance.now() - blockedAt])
    await press(machine, 'kasse')
    await alarms.until(2)
  },
)
