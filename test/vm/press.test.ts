// One machine at work: every press of a line of its chip is an alarm at the gateway, whatever the contact, gpiomon and the cable do.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { atWork, bouncingPress, press, processes } from './hands.ts'
import type { Machine } from './machine.ts'
import { type Alarms, measured, soon, supplyOf, takeAlarms } from './scenario.ts'
import { type ButtonName, buttons, makeTown, type Town } from './town.ts'

const supply = supplyOf('6.1')
const names = Object.keys(buttons) as readonly ButtonName[]
const nth = (n: number): ButtonName => names[n % names.length] ?? 'tresen'

describe.skipIf('obstacle' in supply)('a device on Linux 6.1 with gpiomon', () => {
  let town: Town
  let machine: Machine
  let alarms: Alarms
  let stack: AsyncDisposableStack

  beforeAll(async () => {
    if ('obstacle' in supply) return
    stack = new AsyncDisposableStack()
    town = stack.use(await makeTown(supply.image))
    await town.startGateway()
    alarms = takeAlarms(stack.use(await town.openConsole()))
    const bootedAt = performance.now()
    machine = await town.boot(supply.kernel)
    await atWork(machine)
    measured('power on → connected', [performance.now() - bootedAt])
  })
  afterAll(() => stack?.disposeAsync())

  /** Presses one after the other, each of another button; returns how long each took to reach a person. */
  async function pressAll(
    count: number,
    how: (machine: Machine, button: ButtonName) => Promise<void>,
  ): Promise<number[]> {
    const before = alarms.told.length
    const tookMs: number[] = []
    for (let n = 1; n <= count; n++) {
      const startedAt = performance.now()
      await how(machine, nth(n))
      tookMs.push((await alarms.until(before + n)).at - startedAt)
    }
    expect(alarms.told.length).toBe(before + count)
    return tookMs
  }

  test('100 of 100 presses are alarms', async () => {
    measured('contact → notification', await pressAll(100, press))
  })

  test('a bouncing press is one alarm, 20 of 20', async () => {
    measured('first bounce → notification', await pressAll(20, bouncingPress))
  })

  test('gpiomon killed while the button is pressed: told as a fault, and the press is an alarm', async () => {
    const before = alarms.told.length
    const from = machine.lines.length
    const ofTresen = /^gpiomon .* 0 0$/
    const [gpiomon] = await processes(machine, ofTresen)
    const killedAt = performance.now()
    expect(await machine.run(`kill -9 ${gpiomon}`)).toEqual({ status: 0, output: [] })
    const pressing = press(machine, 'tresen', 3000)
    await machine.line(/"line":"tresen\/normallyOpen".*"msg":"line failed"/, from)
    measured('gpiomon killed → told as a fault', [performance.now() - killedAt])
    measured('gpiomon killed and pressed → notification', [(await alarms.until(before + 1)).at - killedAt])
    await pressing
    await machine.line(/"fault":"lineFailed".*"msg":"fault cleared"/, from)
    expect(alarms.told.length).toBe(before + 1)
    expect(await processes(machine, ofTresen)).toEqual([expect.any(Number)])
  })

  test('pressed while the cable is out: told once it is back, with the true age', async () => {
    const before = alarms.told.length
    const from = machine.lines.length
    await machine.cable(false)
    const pulledAt = performance.now()
    await press(machine, 'kasse')
    const pressedAt = performance.now()
    await machine.line(/"msg":"not connected"/, from)
    measured('cable pulled → noticed', [performance.now() - pulledAt])
    expect(await examine(machine)).toEqual({ status: 1, failed: ['gateway', 'program'] }) // an alarm waits
    expect(alarms.told.length).toBe(before)
    await machine.cable(true)
    const pluggedAt = performance.now()
    const { at, notification } = await alarms.until(before + 1)
    measured('cable back → notification', [at - pluggedAt])
    expect(Math.abs(notification.ageMs - (at - pressedAt))).toBeLessThan(2000)
    expect(notification.late).toBe(notification.ageMs > 10_000)
  })

  test('the doctor finds nothing that failed', async () => {
    const { status, failed } = await examine(machine)
    expect(failed).toEqual([])
    expect(status).toBe(0)
  })

  test('nothing of it is left: every alarm was told once, and no fault stands', async () => {
    await vi.waitFor(async () => expect(await alarms.faults()).toEqual([]), soon)
    expect(new Set(alarms.told.map(({ alarm }) => alarm)).size).toBe(alarms.told.length)
  })
})

/** What the doctor says there: its exit status, and the subjects of what failed. */
async function examine(machine: Machine): Promise<{ readonly status: number; readonly failed: readonly string[] }> {
  const { status, output } = await machine.run('stillruf doctor --config /etc/stillruf/device.yaml --json')
  const { findings } = JSON.parse(output.join('\n')) as {
    readonly findings: readonly { readonly subject: string; readonly grade: string }[]
  }
  return { status, failed: findings.filter(({ grade }) => grade === 'failed').map(({ subject }) => subject) }
}
