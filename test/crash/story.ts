// The life of one alarm as people live it, told against programs that may die in any sentence: a finger presses, and presses
// again; a person takes the alarm, and later closes it.
import { expect, vi } from 'vitest'
import type { AlarmView } from '../../protocol/console.ts'
import type { AlarmId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { monotonicMs } from '../integration/console-client.ts'
import { reported } from './oracles.ts'
import { type Button, insist, soon, type Town } from './town.ts'

export type Taken = { readonly alarm: AlarmId; readonly answeredAt: number }

/** A press that must not be lost, because its device lives: once. A press that may be lost with its device: until it is seen. */
type Finger = 'once' | 'untilSeen'

/** From the first press until the alarm is taken, which was answered “done”. */
export async function pressAndTake(town: Town, button: Button, finger: Finger): Promise<Taken> {
  const { empfang } = town.people
  if (finger === 'once') await town.press(button)
  const { id } = await (finger === 'once' ? insist(() => openAlarm(town, button, 1)) : pressUntil(town, button, 1))
  await insist(() => expectTold(town, id))
  await pressUntil(town, button, 2)
  await insist(() => empfang.acknowledge(id))
  const answeredAt = monotonicMs()
  const taken = await insist(() => empfang.detail(id))
  expect(taken.alarm, 'L4: what was answered “done” outlives a restart').toMatchObject({
    state: 'acknowledged',
    acknowledgedBy: { id: 'empfang' },
  })
  return { alarm: id, answeredAt }
}

/** Presses a button that has come to rest, and gives the alarm as soon as somebody's screen calls for it. The device lives. */
export async function pressUntilTold(town: Town, button: Button): Promise<AlarmView> {
  const { empfang } = town.people
  await insist(() => expectAtRest(town, button))
  const before = empfang.events.length
  await town.press(button)
  await insist(() => {
    const told = empfang.events.slice(before)
    const isTold = told.some(({ name, data }) => name === 'notification' && 'reason' in data && data.reason === 'first')
    expect(isTold, `L1: somebody is told of ${button}`).toBe(true)
  })
  return insist(() => openAlarm(town, button, 1))
}

/** What was answered is never asked for again: it has to outlive whatever comes. */
export async function close(town: Town, { alarm }: Taken): Promise<void> {
  const { empfang } = town.people
  await insist(() => empfang.close(alarm, 'noIncident'))
  const closed = await insist(() => empfang.detail(alarm))
  expect(closed.alarm, 'L4: what was answered “done” outlives a restart').toMatchObject({
    state: 'closed',
    outcome: 'noIncident',
  })
}

/** A finger in fear: a press so soon after the one before that the contact had not come to rest is none of its own. */
const pressUntil = (town: Town, button: Button, presses: number): Promise<AlarmView> =>
  vi.waitFor(async () => {
    await town.press(button)
    return await vi.waitFor(() => openAlarm(town, button, presses), { timeout: 3 * limits.releaseMs, interval: 20 })
  }, soon)

async function openAlarm(town: Town, button: Button, presses: number): Promise<AlarmView> {
  const { alarms } = await town.people.empfang.overview()
  const alarm = alarms.find(each => each.button === button)
  if (alarm === undefined) throw new Error(`L1: no alarm of ${button} yet`)
  if (alarm.presses < presses) throw new Error(`L1: only ${alarm.presses} presses of ${button} yet`)
  return alarm
}

/** The device has told the end of every press of it: what closes sooner is the same hold to a device, and no press. */
function expectAtRest(town: Town, button: Button): void {
  const report = town.report('device')
  const released = reported(report, 'released')
  expect([...reported(report, `pressed ${button}`)].filter(press => !released.has(press))).toEqual([])
}

function expectTold(town: Town, alarm: AlarmId): void {
  const told = town.people.empfang.events.some(event => event.name === 'notification' && event.data.alarm === alarm)
  expect(told, 'L1: the first person is told').toBe(true)
}
