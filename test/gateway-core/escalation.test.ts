// When the next people are told, and that nobody waits for people who cannot hear.
import { expect, test } from 'vitest'
import { limits } from '../../protocol/limits.ts'
import { restarted, startWorld, stepMs, type World } from './harness.ts'
import { anna, bert, chief, guard, policy, till } from './townhall.ts'

const startedWorld = () => {
  const world = startWorld()
  world.everybodyPresent()
  world.heartbeat()
  return world
}

const stepsOf = (world: World) => world.recordsOf('stepEntered').map(({ step, reason }) => [step, reason])

test('each step comes at its time after the raise, and not before', () => {
  const world = startedWorld()
  world.press()
  world.forget()
  world.fastForward(stepMs(2) - 1)
  world.expectNobodyNotified()
  world.fastForward(1)
  world.expectNotified('escalated', [guard])
  world.forget()
  world.fastForward(stepMs(3) - stepMs(2) - 1)
  world.expectNotified('escalated', [])
  world.fastForward(1)
  world.expectNotified('escalated', [guard, chief])
  expect(stepsOf(world)).toEqual([
    [1, 'first'],
    [2, 'escalated'],
    [3, 'escalated'],
  ])
})

test('past the last step the alarm is unanswered: a fault, and the last step repeats until a person takes it', () => {
  const world = startedWorld()
  world.press()
  world.fastForward(stepMs(3))
  world.forget()
  for (let repetition = 1; repetition <= 3; repetition++) {
    world.fastForward(policy.repeatMs)
    world.expectNotified('repeat', Array.from({ length: repetition }, () => [guard, chief]).flat())
  }
  expect(world.onlyAlarm().state).toBe('unanswered')
  expect(world.recordsOf('unanswered')).toHaveLength(1)
  expect(world.activeFaults()).toContain('alarmUnanswered')
  world.acknowledge(chief, world.onlyAlarm().id)
  world.forget()
  expect(world.activeFaults()).not.toContain('alarmUnanswered')
  world.fastForward(10 * policy.repeatMs)
  world.expectNotified('repeat', [])
})

test.each([-7_200_000, 7_200_000])('a jump of the wall clock by %d ms changes nothing while the gateway runs', jump => {
  const world = startedWorld()
  world.press()
  world.forget()
  world.jumpWallClock(jump)
  world.fastForward(stepMs(2) - 1)
  world.expectNobodyNotified()
  world.fastForward(1)
  world.expectNotified('escalated', [guard])
})

test('a step of which nobody can be reached does not wait: the next one is entered at once, and it is a fault', () => {
  const world = startWorld()
  world.fastForward(limits.returnMs)
  world.present(guard)
  world.heartbeat()
  world.forget()
  world.press()
  world.expectNotified('escalated', [guard])
  expect(world.recordsOf('notNotified')).toMatchObject([
    { responder: anna, step: 1, reason: 'notConnected' },
    { responder: bert, step: 1, reason: 'notConnected' },
  ])
  expect(world.activeFaults()).toEqual(['stepUnreachable'])
  world.forget()
  world.fastForward(stepMs(3) - stepMs(2))
  world.expectNotified('escalated', [guard])
  expect(world.activeFaults()).not.toContain('responderUnreachable')
  world.present(bert)
  expect(world.activeFaults()).not.toContain('stepUnreachable')
})

test('that no step of an alarm reaches anybody is the fault of this alarm, until somebody takes it', () => {
  const world = startWorld()
  world.fastForward(limits.returnMs)
  world.heartbeat()
  world.forget()
  world.press()
  expect(world.recordsOf('faultRaised').map(({ code, subject }) => [code, subject])).toEqual([
    ['responderUnreachable', world.onlyAlarm().id],
  ])
  world.acknowledge(guard, world.onlyAlarm().id)
  expect(world.activeFaults()).not.toContain('responderUnreachable')
})

test('an unanswered alarm is the same fault after a restart', () => {
  const before = startedWorld()
  before.press()
  before.fastForward(stepMs(3) + policy.repeatMs)
  const after = restarted(before)
  expect(after.activeFaults()).toContain('alarmUnanswered')
  after.fastForward(3 * policy.repeatMs)
  expect(after.recordsOf('faultRaised').filter(({ code }) => code === 'alarmUnanswered')).toHaveLength(1)
})

test('who takes the alarm in the moment of the next step is not escalated past', () => {
  const world = startedWorld()
  const press = world.press()
  world.forget()
  world.stall(stepMs(2))
  world.acknowledge(anna, press)
  world.fastForward(60_000)
  world.expectNotified('escalated', [])
})

test('a program that was busy enters the step with the next thing it hears', () => {
  const world = startedWorld()
  world.press()
  world.forget()
  world.stall(stepMs(2))
  world.heartbeat()
  world.expectNotified('escalated', [guard])
})

test('a later alarm does not hold up the steps of an earlier one', () => {
  const world = startedWorld()
  const first = world.press()
  world.fastForward(15_000)
  world.press({ button: till })
  world.forget()
  world.fastForward(stepMs(2) - 15_000)
  world.expectNotified('escalated', [guard])
  expect(world.notifications().map(({ alarm }) => alarm)).toEqual([first])
})

test('an alarm that reaches nobody at all stays open, repeats its last step and tells the first who comes', () => {
  const world = startWorld()
  world.fastForward(limits.returnMs)
  world.press()
  expect(world.onlyAlarm().step).toBe(3)
  world.fastForward(3 * policy.repeatMs)
  expect(world.onlyAlarm().state).toBe('unanswered')
  world.forget()
  world.present(bert, 'console')
  world.expectNotified('reconnected', [bert])
})

test('a responder whom the configuration no longer has is on record as unknown', () => {
  const world = startedWorld()
  world.press()
  const { configuration } = world.state()
  if (configuration === null) throw new Error('not started')
  const responders = configuration.responders.filter(({ id }) => id !== guard)
  world.absent(guard)
  world.happen({ kind: 'configured', configuration: { ...configuration, version: 'stand-2', responders } })
  world.fastForward(stepMs(2))
  expect(world.recordsOf('notNotified')[0]).toMatchObject({ responder: guard, reason: 'unknownResponder' })
})

test('after a restart the step comes when it would have come', () => {
  const before = startedWorld()
  before.press()
  before.fastForward(10_000)
  const after = restarted(before, 5_000)
  after.everybodyPresent()
  after.forget()
  after.fastForward(stepMs(2) - 15_000 - 1)
  after.expectNotified('escalated', [])
  after.fastForward(1)
  after.expectNotified('escalated', [guard])
})

test('a clock that was set back while the gateway was down makes no step wait longer than its whole delay', () => {
  const before = startedWorld()
  before.press()
  before.fastForward(10_000)
  const after = restarted(before, -86_400_000)
  after.everybodyPresent()
  after.forget()
  after.fastForward(stepMs(2) - 1)
  after.expectNotified('escalated', [])
  after.fastForward(1)
  after.expectNotified('escalated', [guard])
})

test('a gateway that was down for several steps enters each of them at once, and leaves out nobody', () => {
  const before = startedWorld()
  before.press()
  const after = restarted(before, 600_000)
  expect(stepsOf(after)).toEqual([
    [1, 'first'],
    [2, 'escalated'],
    [3, 'escalated'], // nobody has come back yet: whoever does is told of every step so far
    [3, 'repeat'],
  ])
  after.forget()
  after.everybodyPresent()
  after.expectNotified('reconnected', [anna, bert, guard, chief])
})

test('right after a start a step that reaches nobody waits for those who are coming back, who are told on coming', () => {
  const world = startWorld()
  world.heartbeat()
  world.present(guard) // it is not the guard's turn
  world.forget()
  world.press()
  world.fastForward(limits.returnMs / 2)
  world.expectNobodyNotified()
  world.present(anna)
  world.expectNotified('reconnected', [anna])
  world.forget()
  world.fastForward(stepMs(2) - limits.returnMs / 2 - 1)
  world.expectNobodyNotified()
  world.fastForward(1)
  world.expectNotified('escalated', [guard])
  expect(stepsOf(world)).toEqual([
    [1, 'first'],
    [2, 'escalated'],
  ])
  expect(world.activeFaults()).not.toContain('responderUnreachable')
})

test('whoever is there right after a start is told at once', () => {
  const world = startWorld()
  world.present(bert)
  world.press()
  world.expectNotified('first', [bert])
})

test('a step that still reaches nobody some seconds after the start waits no longer, and is a fault', () => {
  const world = startWorld()
  world.heartbeat()
  world.fastForward(limits.returnMs - 1000)
  world.press()
  world.present(guard)
  world.forget()
  world.fastForward(999)
  world.expectNobodyNotified()
  world.fastForward(1)
  world.expectNotified('escalated', [guard])
  expect(stepsOf(world)).toEqual([
    [1, 'first'],
    [2, 'unreached'],
  ])
  expect(world.activeFaults()).toEqual(['stepUnreachable'])
})

test('a step that reached nobody when the gateway went down again waits no longer than those who are coming back', () => {
  const before = startWorld()
  before.heartbeat()
  before.press()
  const after = restarted(before, 1000)
  after.heartbeat()
  after.present(guard)
  after.forget()
  after.fastForward(limits.returnMs - 1)
  after.expectNobodyNotified()
  after.fastForward(1)
  after.expectNotified('escalated', [guard])
  expect(stepsOf(after)).toEqual([
    [1, 'first'],
    [2, 'unreached'],
  ])
})

test('a restart in the moment in which a step is due calls nobody before their turn', () => {
  const before = startedWorld()
  before.press()
  before.fastForward(stepMs(2) - 100)
  const after = restarted(before, 100)
  after.fastForward(1000)
  after.forget()
  after.everybodyPresent()
  after.expectNotified('reconnected', [anna, bert, guard])
  after.fastForward(stepMs(3) - stepMs(2) - 1001)
  after.expectNotified('escalated', [])
  after.fastForward(1)
  after.expectNotified('escalated', [guard, chief])
})

test('an alarm taken before those who were coming back had their time is left alone', () => {
  const world = startWorld()
  world.present(guard)
  world.acknowledge(anna, world.press())
  world.forget()
  world.fastForward(10 * limits.returnMs)
  world.expectNotified('escalated', [])
  expect(world.recordsOf('stepEntered')).toHaveLength(1)
})

test('an acknowledged alarm does not escalate after a restart', () => {
  const before = startedWorld()
  before.acknowledge(anna, before.press())
  const after = restarted(before, 600_000)
  after.everybodyPresent()
  after.fastForward(600_000)
  expect(after.recordsOf('stepEntered')).toHaveLength(1)
  expect(after.onlyAlarm().state).toBe('acknowledged')
})
