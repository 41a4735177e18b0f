// What a press means, and what leaves in the step that confirms it.
import { describe, expect, test } from 'vitest'
import type { Press } from '../../firmware/core/model.ts'
import { alarmOfPress, type BootId, pressId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { instant, millis, wallTime } from '../../protocol/time.ts'
import { boot, device, kasse, morning, tresen, World, zentrale, zweite } from './world.ts'

const firstPress = pressId(device, boot, 1)

test('a confirmed press is sent and then journaled in one step, before anything else is said', () => {
  const world = new World()
  world.edge(tresen, 'closed')
  world.pass(29)
  world.forget()
  world.pass(1)
  expect(world.effects.map(effect => effect.kind)).toEqual(['publish', 'journal'])
  expect(world.presses()[0]).toMatchObject({ kind: 'alarm', id: firstPress, button: tresen, ageMs: 30, n: 2 })
})

test('the message tells the wall clock at the press and the age at the sending', () => {
  const world = new World()
  const pressedAt = world.now
  const message = world.press()
  expect(message).toMatchObject({ pressedAt: morning + pressedAt, ageMs: 30, ageBasis: 'monotonic' })
})

test('nothing that can be seen or heard changes at a press, not even the indicator of an earlier alarm', () => {
  const world = new World()
  world.config(10_000, 'afterAcknowledgement')
  const first = world.press()
  world.progress(alarmOfPress(firstPress), 'acknowledged')
  world.forget()
  world.press()
  world.press(kasse)
  expect(first?.kind).toBe('alarm')
  expect(world.of('indicate')).toEqual([])
})

describe('a further press', () => {
  test('repeats the open alarm and has an id of its own', () => {
    const world = new World()
    world.press()
    expect(world.press()).toMatchObject({ kind: 'repeatPress', alarm: firstPress, id: pressId(device, boot, 2) })
  })
  test('of another button is an alarm of its own', () => {
    const world = new World()
    world.press()
    expect(world.press(kasse)).toMatchObject({ kind: 'alarm', button: kasse })
  })
  test('after the gateway closed the alarm is a new alarm', () => {
    const world = new World()
    world.press()
    world.receipt({ id: firstPress })
    world.progress(alarmOfPress(firstPress), 'notifying')
    world.progress(alarmOfPress(firstPress), 'closed')
    expect(world.press()).toMatchObject({ kind: 'alarm' })
  })
  test('repeats the alarm that the gateway named in the receipt', () => {
    const world = new World()
    const older = alarmOfPress(pressId(device, 'fedcba9876543210' as BootId, 9))
    world.press()
    world.receipt({ id: firstPress }, older)
    expect(world.press()).toMatchObject({ kind: 'repeatPress', alarm: older })
  })
  test('still repeats the open alarm when an older one is closed', () => {
    const world = new World()
    world.press()
    world.progress(alarmOfPress(pressId(device, 'fedcba9876543210' as BootId, 9)), 'closed')
    expect(world.press()).toMatchObject({ kind: 'repeatPress', alarm: firstPress })
  })
  test('is a new alarm if the old one was closed before its receipt came', () => {
    const world = new World()
    world.press()
    world.progress(alarmOfPress(firstPress), 'closed')
    world.receipt({ id: firstPress })
    expect(world.press()).toMatchObject({ kind: 'alarm' })
  })
})

describe('in test mode', () => {
  const testing = (durationMs?: number) => {
    const world = new World()
    world.command('startTest', 1, durationMs)
    return world
  }
  test('a press is a test alarm, for this button only', () => {
    const world = testing()
    expect(world.press()).toMatchObject({ kind: 'testAlarm' })
    expect(world.press(kasse)).toMatchObject({ kind: 'alarm' })
  })
  test('a second press within ten seconds is meant: a genuine alarm', () => {
    const world = testing()
    world.press()
    expect(world.press()).toMatchObject({ kind: 'alarm' })
    expect(world.press()).toMatchObject({ kind: 'repeatPress' })
  })
  test('a press long after the first is a test again', () => {
    const world = testing()
    world.press()
    world.pass(limits.testToRealMs)
    expect(world.press()).toMatchObject({ kind: 'testAlarm' })
  })
  test('progress of the test alarm does not make later presses repeat it', () => {
    const world = testing(600_000)
    world.press()
    world.progress(alarmOfPress(firstPress), 'notifying')
    world.receipt({ id: firstPress })
    world.command('endTest', 2)
    world.pass(limits.testToRealMs)
    expect(world.press()).toMatchObject({ kind: 'alarm' })
  })
  test('it ends by time and by command', () => {
    const timed = testing(1000)
    timed.pass(1000)
    expect(timed.press()).toMatchObject({ kind: 'alarm' })
    const ended = testing()
    ended.command('endTest', 2)
    expect(ended.press()).toMatchObject({ kind: 'alarm' })
  })
  test('a press that began before the command is genuine', () => {
    const world = new World()
    world.edge(tresen, 'closed')
    world.pass(10)
    world.command('startTest', 1)
    world.pass(30)
    expect(world.presses()).toMatchObject([{ kind: 'alarm' }])
  })
  test('a press of a button with an open alarm stays genuine', () => {
    const world = new World()
    world.press()
    world.command('startTest', 1)
    expect(world.press()).toMatchObject({ kind: 'repeatPress' })
  })
  test('an old command, or one to another boot, does nothing', () => {
    const world = new World()
    world.command('startTest', 2)
    world.command('endTest', 3)
    world.command('startTest', 2)
    world.command('startTest', 9, 60_000, 'fedcba9876543210' as BootId)
    expect(world.press()).toMatchObject({ kind: 'alarm' })
  })
})

describe('presses that the journal gave back', () => {
  const old: Press = {
    id: pressId(device, 'fedcba9876543210' as BootId, 4),
    button: tresen,
    meaning: { kind: 'alarm' },
    age: { basis: 'monotonic', pressedAt: instant(400) },
    pressedWall: wallTime(morning - 60_000),
    contact: { wiring: 'normallyOpen', edges: 1, heldMs: millis(30), confirmedBy: 'held', timeSource: 'kernel' },
  }
  const started = (press: Press) => {
    const world = new World({ calm: false })
    world.network = 'fails'
    world.start([press])
    world.pass(600)
    world.network = 'works'
    world.forget()
    world.pass(4000)
    return world
  }
  test('go out with their own id and exact age while the machine has not been restarted', () => {
    const world = started(old)
    const [message] = world.presses()
    const connectedAt = world.state.links.get(zentrale)?.upSince ?? 0
    expect(message).toMatchObject({ id: old.id, ageBasis: 'monotonic', ageMs: Math.round(connectedAt - 400) })
  })
  test('go out with their age by the wall clock after a restart of the machine, and say so', () => {
    const world = started({ ...old, age: { basis: 'wall', recoveredAt: instant(1000) } })
    const connectedAt = world.state.links.get(zentrale)?.upSince ?? 0
    expect(world.presses()[0]).toMatchObject({ ageBasis: 'wall', ageMs: 60_000 + Math.floor(connectedAt) })
  })
  test('are never younger than their recovery, whatever the wall clock says', () => {
    const future = wallTime(morning + 86_400_000)
    const world = started({ ...old, pressedWall: future, age: { basis: 'wall', recoveredAt: instant(1000) } })
    const connectedAt = world.state.links.get(zentrale)?.upSince ?? 0
    expect(world.presses()[0]?.ageMs).toBe(Math.round(connectedAt - 1000))
  })
  test('keep their alarm open: the next press repeats it', () => {
    const world = started(old)
    expect(world.press()).toMatchObject({ kind: 'repeatPress', alarm: alarmOfPress(old.id) })
  })
  test('of a button that is configured no more are sent and receipted all the same', () => {
    const gone = { ...old, button: 'gone' as typeof tresen }
    const world = started(gone)
    world.pass(60_000)
    expect(world.hasFault('receiptOverdue')).toBe(true)
    world.receipt(gone)
    expect(world.state.outbox).toEqual([])
    expect(world.hasFault('receiptOverdue')).toBe(false)
  })
})

test('an alarm goes to every connected gateway, each time under its own number', () => {
  const world = new World({ links: [zentrale, zweite] })
  world.press()
  const sent = world.of('publish').filter(({ message }) => message.kind === 'alarm')
  expect(sent.map(({ link }) => link)).toEqual([zentrale, zweite])
  expect(new Set(world.presses().map(({ n }) => n)).size).toBe(2)
})

test('every press is judged by its stamps even if the program looks late', () => {
  const world = new World()
  world.now = instant(world.now + 700)
  world.edge(tresen, 'closed', world.now - 500)
  world.edge(tresen, 'open', world.now - 450)
  expect(world.presses()).toMatchObject([{ ageMs: 500, contact: { confirmedBy: 'pulse' } }])
})

test('a millisecond of interference is no press even if both edges are seen late', () => {
  const world = new World()
  world.now = instant(world.now + 700)
  world.edge(tresen, 'closed', world.now - 500)
  world.edge(tresen, 'open', world.now - 499)
  world.pass(millis(10_000))
  expect(world.presses()).toEqual([])
})
