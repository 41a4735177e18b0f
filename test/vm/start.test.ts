// How a machine may start: with a finger on the button, in another year, with a disk that takes nothing.
import { expect, vi } from 'vitest'
import { atWork, press } from './hands.ts'
import { measured, scenario, soon } from './scenario.ts'
import { buttons } from './town.ts'

scenario('a button held at power-on in 1970 is an alarm with its true age', '6.1', async (town, kernel, alarms) => {
  const startedAt = performance.now()
  const machine = await town.boot(kernel, { arguments: ['-rtc', 'base=1970-01-01T00:00:00'] })
  await machine.contact(buttons.beratung, true)
  const { at, notification } = await alarms.until(1)
  measured('power on with a held button → notification', [at - startedAt])
  expect(notification.ageMs).toBeLessThan(10_000)
  expect(notification.late).toBe(false)
  expect((await machine.run('date +%Y')).output).toEqual(['1970'])
  await vi.waitFor(async () => expect(await alarms.faults()).toContain('heldAtStart'), soon)
  await machine.contact(buttons.beratung, false)

  for (const [date, button] of [
    ['2029-05-05 05:05', 'kasse'],
    ['2001-01-01 00:00', 'tresen'],
  ] as const) {
    const before = alarms.told.length
    expect((await machine.run(`date -s '${date}'`)).status).toBe(0)
    await press(machine, button)
    const told = await alarms.until(before + 1)
    expect(told.notification.ageMs).toBeLessThan(10_000)
    expect(told.notification.late).toBe(false)
  }
})

scenario(
  'with a read-only root and a read-only disk an alarm goes out, and the disk is a fault',
  '6.1',
  async (town, kernel, alarms) => {
    const machine = await town.boot(kernel, { words: ['data=ro'] })
    await atWork(machine)
    for (const folder of ['/etc', '/opt/stillruf', '/var/lib/stillruf'])
      expect((await machine.run(`touch ${folder}/x`)).output.join()).toContain('Read-only file system')
    const pressedAt = performance.now()
    await press(machine, 'standesamt')
    measured('contact → notification with a read-only disk', [(await alarms.until(1)).at - pressedAt])
    await vi.waitFor(async () => expect(await alarms.faults()).toContain('journalFailed'), soon)
  },
)
