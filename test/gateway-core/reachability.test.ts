// The gateway proves that a press would reach somebody, and says so when a policy or a step of one does not [L3].
import { expect, test } from 'vitest'
import { startWorld } from './harness.ts'
import { anna, caretaker, chief, policy, townhall } from './townhall.ts'

const silentMs = townhall.silentMs
const withoutDevices = { ...townhall, devices: [] }

test('a policy of which nobody can be reached is a fault before anybody presses', () => {
  const world = startWorld()
  world.heartbeat()
  world.present(caretaker)
  world.forget()
  world.fastForward(silentMs - 1)
  world.heartbeat()
  world.present(caretaker, 'console')
  world.absent(caretaker, 'console')
  world.expectNotified('fault', [])
  world.fastForward(1)
  world.expectNotified('fault', [caretaker])
  const [raised] = world.notifications()
  expect(raised?.text).toContain('ist zurzeit niemand erreichbar. (rathaus)')
  world.forget()
  world.present(chief)
  expect(world.activeFaults()).toEqual([])
  world.expectNotified('faultCleared', [caretaker])
  const [cleared] = world.notifications()
  expect(cleared?.text).toMatch(/beendet.*ist zurzeit niemand erreichbar\. \(rathaus\)$/)
  expect(cleared?.fault).toBe('gateway/responderUnreachable/rathaus')
  expect(raised?.fault).toBe(cleared?.fault)
})

test('a policy whose people all leave is a fault once they are away for the bound', () => {
  const world = startWorld()
  world.present(chief)
  world.fastForward(silentMs)
  world.absent(chief)
  world.fastForward(silentMs - 1)
  expect(world.activeFaults()).not.toContain('responderUnreachable')
  world.fastForward(1)
  expect(world.activeFaults()).toContain('responderUnreachable')
})

test('a step whose people are all gone becomes a fault while others of the policy are there, and ends when one comes', () => {
  const world = startWorld({ configuration: withoutDevices })
  world.present(anna)
  world.present(caretaker)
  world.fastForward(silentMs - 1)
  expect(world.activeFaults()).toEqual([])
  world.fastForward(1)
  expect(world.recordsOf('faultRaised')).toMatchObject([
    { code: 'stepUnreachable', source: 'gateway', subject: 'rathaus/2', detail: 'rathaus, 2: Sicherheitsdienst' },
    { code: 'stepUnreachable', source: 'gateway', subject: 'rathaus/3', detail: 'rathaus, 3: Leitung' },
  ])
  world.expectNotified('fault', [caretaker, caretaker])
  world.present(chief)
  expect(world.recordsOf('faultCleared')).toMatchObject([{ code: 'stepUnreachable', subject: 'rathaus/3' }])
  world.happen({ kind: 'configured', configuration: { ...withoutDevices, version: 'b' } })
  expect(world.activeFaults()).toEqual(['stepUnreachable'])
  const shorter = { ...withoutDevices, version: 'c', policies: [{ ...policy, steps: policy.steps.slice(0, 1) }] }
  world.happen({ kind: 'configured', configuration: shorter })
  expect(world.activeFaults()).toEqual([])
})

test('while nobody at all is there, one fault says it, and those of the steps are neither added nor ended', () => {
  const world = startWorld({ configuration: withoutDevices })
  world.fastForward(2 * silentMs)
  expect(world.activeFaults()).toEqual(['responderUnreachable'])
  world.present(anna)
  world.fastForward(silentMs)
  expect(world.activeFaults()).toEqual(['stepUnreachable', 'stepUnreachable'])
  world.absent(anna)
  world.fastForward(silentMs)
  expect(world.activeFaults().toSorted()).toEqual(['responderUnreachable', 'stepUnreachable', 'stepUnreachable'])
  world.fastForward(10_000)
  expect(world.monitored().findLast(({ kind }) => kind === 'gatewayState')).toMatchObject({
    faults: [{ code: 'responderUnreachable' }, { code: 'stepUnreachable' }, { code: 'stepUnreachable' }],
  })
})

test('a short absence of everybody is no fault', () => {
  const world = startWorld()
  world.present(chief)
  world.absent(chief)
  world.fastForward(silentMs - 1)
  world.present(chief)
  world.fastForward(silentMs)
  expect(world.activeFaults()).not.toContain('responderUnreachable')
})
