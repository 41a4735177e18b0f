// What devices say of their faults: raised once, over when they say so, and never more than fits.
import { expect, test } from 'vitest'
import { limits } from '../../protocol/limits.ts'
import type { FaultMessage } from '../../protocol/messages.ts'
import { seconds } from '../../protocol/time.ts'
import { signature } from './device-messages.ts'
import { startWorld } from './harness.ts'
import { boot, caretaker, desk, device } from './townhall.ts'

const watchedWorld = () => {
  const world = startWorld()
  world.everybodyPresent()
  return world
}
const faultOf = (
  world: ReturnType<typeof startWorld>,
  said: Pick<FaultMessage, 'code' | 'subject' | 'state'>,
): FaultMessage => ({
  ...{ v: 1, kind: 'fault', device, boot, n: world.nextNumber(boot), clockErrorMs: null },
  ...{ ageMs: seconds(1), sig: signature, ...said },
})
const failedLines = Array.from(
  { length: limits.faultsInHeartbeatMax },
  (_, line) => ({ code: 'lineFailed', subject: `taster-${line + 1}` }) as const,
)

test('the heartbeat’s list of faults is the truth about the device', () => {
  const world = watchedWorld()
  world.heartbeat({
    faults: [
      { code: 'lineFailed', subject: desk },
      { code: 'journalSlow', subject: 'journal' },
    ],
  })
  expect(world.activeFaults().toSorted()).toEqual(['journalSlow', 'lineFailed'])
  world.heartbeat({ faults: [{ code: 'journalSlow', subject: 'journal' }] })
  expect(world.activeFaults()).toEqual(['journalSlow'])
  world.heartbeat()
  expect(world.activeFaults()).toEqual([])
  expect(world.recordsOf('faultRaised')).toHaveLength(2)
})

test('a list that is full does not say that the other faults of the device are over', () => {
  const world = watchedWorld()
  const listed = (count: number) => failedLines.slice(0, count)
  world.heartbeat({ faults: [{ code: 'clockUnsynchronised', subject: 'device' }] })
  world.heartbeat({ faults: listed(limits.faultsInHeartbeatMax) })
  expect(world.activeFaults()).toContain('clockUnsynchronised')
  world.heartbeat({ faults: listed(limits.faultsInHeartbeatMax - 1) })
  expect(world.activeFaults()).not.toContain('clockUnsynchronised')
})

test('a device can have no more faults on record than a genuine one; what it names beyond is a security event', () => {
  const world = watchedWorld()
  const name = (line: number, state: 'raised' | 'cleared' = 'raised') =>
    world.send(faultOf(world, { code: 'lineFailed', subject: `taster-${line}`, state }))
  for (let line = 1; line <= limits.faultsPerDeviceMax; line++) name(line)
  expect(world.recordsOf('securityEvent')).toEqual([])
  for (let line = 1; line <= 1000; line++) name(limits.faultsPerDeviceMax + line)
  name(1)
  world.heartbeat({ faults: [...failedLines.slice(1), { code: 'lineFailed', subject: 'noch-einer' }] })
  expect(world.activeFaults()).toHaveLength(limits.faultsPerDeviceMax)
  expect(world.recordsOf('faultRaised')).toHaveLength(limits.faultsPerDeviceMax)
  world.fastForward(70_000)
  const events = world.recordsOf('securityEvent')
  expect(events.every(({ event, source }) => event === 'protocolViolation' && source === device)).toBe(true)
  expect(events.reduce((sum, { count }) => sum + count, 0)).toBe(1001)
  expect(world.activeFaults(), 'its silence is still a fault').toContain('deviceSilent')
  name(1, 'cleared')
  name(2, 'cleared')
  name(9999)
  expect([...world.state().durable.faults.keys()]).toContain(`${device}/lineFailed/taster-9999`)
})

test('a fault message raises and clears; repeated it changes nothing; its PUBACK follows the commit', () => {
  const world = watchedWorld()
  const fault = (state: 'raised' | 'cleared') =>
    world.send(faultOf(world, { code: 'buttonStuck', subject: desk, state }))
  world.disk.hold()
  world.forget()
  const delivery = fault('raised')
  expect(world.pubacks()).toEqual([])
  world.disk.work()
  expect(world.pubacks()).toEqual([delivery])
  expect(world.notifications()[0]).toMatchObject({
    responder: caretaker,
    place: { room: 'Raum 012', button: 'Tresen' },
  })
  fault('raised')
  expect(world.recordsOf('faultRaised')).toHaveLength(1)
  fault('cleared')
  expect(world.activeFaults()).toEqual([])
})

test('no device can say that it is silent', () => {
  const world = watchedWorld()
  world.send(faultOf(world, { code: 'deviceSilent', subject: 'device', state: 'raised' }))
  world.heartbeat({ faults: [{ code: 'deviceSilent', subject: 'device' }] })
  expect(world.activeFaults()).toEqual([])
})
