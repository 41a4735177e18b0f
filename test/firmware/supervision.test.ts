// The device proves that it lives, and says what is wrong with it; it never shows anything at a press.
import { describe, expect, test } from 'vitest'
import { reconnectDelay } from '../../firmware/core/links.ts'
import { alarmOfPress, type ButtonId, pressId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { HeartbeatMessage } from '../../protocol/messages.ts'
import { millis } from '../../protocol/time.ts'
import { boot, circuit, device, kasse, lineOf, tresen, World, zentrale, zweite } from './world.ts'

const firstAlarm = alarmOfPress(pressId(device, boot, 1))
const heartbeats = (world: World) =>
  world.messages().filter((message): message is HeartbeatMessage => message.kind === 'heartbeat')

describe('heartbeats', () => {
  test('come every ten seconds, or as often as the configuration says, which they confirm at once', () => {
    const world = new World()
    world.pass(30_000)
    expect(heartbeats(world)).toHaveLength(3)
    world.forget()
    world.config(2000, 'off', 'v9')
    expect(heartbeats(world)).toMatchObject([{ configVersion: 'v9' }])
    world.pass(10_000)
    expect(heartbeats(world)).toHaveLength(6)
  })
  test('tell the lines, what waits, and every active fault', () => {
    const world = new World()
    world.happen({ kind: 'lineFailed', line: lineOf(kasse) })
    world.press()
    world.pass(10_000)
    expect(heartbeats(world).at(-1)).toMatchObject({
      waiting: 1,
      lines: [
        { button: tresen, state: 'atRest' },
        { button: kasse, state: 'failed' },
      ],
    })
    expect(heartbeats(world).at(-1)?.faults).toContainEqual({ code: 'lineFailed', subject: kasse })
  })
  test('say of a line only what was read', () => {
    const world = new World({ calm: false })
    world.start()
    world.pass(1000)
    expect(heartbeats(world)[0]?.lines).toEqual([])
  })
})

describe('a new connection', () => {
  test('hears what is owed, then the birth under its session, then a heartbeat with every fault raised meanwhile', () => {
    const world = new World()
    world.network = 'fails'
    world.disconnect()
    world.press()
    world.happen({ kind: 'lineFailed', line: lineOf(kasse) })
    world.network = 'works'
    world.forget()
    world.pass(5000)
    const session = world.state.links.get(zentrale)?.session
    expect(world.messages().slice(0, 3)).toMatchObject([
      { kind: 'alarm' },
      { kind: 'status', state: 'online', session },
      { kind: 'heartbeat', session, waiting: 1, faults: [{ code: 'lineFailed', subject: kasse }] },
    ])
  })
  test('has a session number that no other connection of this boot has', () => {
    const world = new World({ links: [zentrale, zweite] })
    for (let round = 0; round < 5; round += 1) {
      world.disconnect(zentrale)
      world.disconnect(zweite)
      world.pass(60_000)
    }
    const sessions = world.of('connect').map(({ session }) => session)
    expect(sessions.length).toBeGreaterThanOrEqual(10)
    expect(new Set(sessions).size).toBe(sessions.length)
  })
  test('news of a connection that was given up changes nothing', () => {
    const world = new World()
    const { session = 0 } = world.state.links.get(zentrale) ?? {}
    world.happen({ kind: 'disconnected', link: zentrale, session: session - 1 })
    expect(world.state.links.get(zentrale)?.state).toBe('up')
  })
})

describe('trying again', () => {
  test('is spread over a doubling bound up to thirty seconds', () => {
    expect([0, 1, 2, 5, 20].map(failures => reconnectDelay(failures, false, 1))).toEqual([
      1000, 2000, 4000, 30_000, 30_000,
    ])
    expect(reconnectDelay(9, false, 0)).toBe(0)
  })
  test('is within a quarter of a second, and then at least every four, while a press waits', () => {
    expect([0, 1, 2, 5, 20].map(failures => reconnectDelay(failures, true, 1))).toEqual([250, 500, 1000, 4000, 4000])
  })
  test('is hastened by a press, however long the wait would have been', () => {
    const world = new World({ random: () => 0.99 })
    world.network = 'fails'
    world.disconnect()
    world.pass(300_000)
    world.network = 'works'
    world.forget()
    world.press()
    expect(world.presses()).toHaveLength(1)
  })
  test('goes on for ever, at least five times a minute while a press waits', () => {
    const world = new World({ random: () => 0.999 })
    world.network = 'fails'
    world.disconnect()
    world.press()
    world.pass(600_000)
    world.forget()
    world.pass(60_000)
    expect(world.of('connect').length).toBeGreaterThanOrEqual(12)
  })
  test('a gateway that accepts and drops at once is not hammered', () => {
    const world = new World({ random: () => 0.999 })
    world.forget()
    for (let round = 0; round < 100; round += 1) {
      world.disconnect()
      world.pass(1000)
    }
    expect(world.of('connect').length).toBeLessThan(20)
  })
})

test('a device that is stopped says goodbye on every connection', () => {
  const world = new World({ links: [zentrale, zweite] })
  world.happen({ kind: 'stopping' })
  expect(world.messages()).toMatchObject([
    { kind: 'status', state: 'offline' },
    { kind: 'status', state: 'offline' },
  ])
})

describe('lines', () => {
  test('are read every five seconds', () => {
    const world = new World()
    world.pass(20_000)
    expect(world.of('auditLevels')).toHaveLength(4)
  })
  test('a failure is raised once and cleared once, and a line that works again is read at once', () => {
    const world = new World()
    world.happen({ kind: 'lineFailed', line: lineOf(tresen) })
    world.happen({ kind: 'lineFailed', line: lineOf(tresen) })
    expect(world.happen({ kind: 'lineRecovered', line: lineOf(tresen) }).map(({ kind }) => kind)).toContain(
      'auditLevels',
    )
    expect(world.faults()).toEqual(['raised lineFailed tresen', 'cleared lineFailed tresen'])
  })
  test('closed without an edge raises the alarm all the same, with a fault until an edge comes again', () => {
    const world = new World()
    const read = () => world.read(lineOf(tresen), 'closed')
    read()
    world.pass(30)
    expect(world.of('auditLevels')).toHaveLength(1)
    read()
    expect(world.presses()).toMatchObject([{ kind: 'alarm', button: tresen }])
    expect(world.faults()).toEqual(['raised levelMismatch tresen'])
    world.edge(tresen, 'open')
    expect(world.faults()).toEqual(['raised levelMismatch tresen', 'cleared levelMismatch tresen'])
  })
  test('a press that is found when a failed line works again is no sign of lost edges; the next one without an edge is', () => {
    const world = new World()
    const readTwice = () => {
      world.read(lineOf(tresen), 'closed')
      world.pass(30)
      world.read(lineOf(tresen), 'closed')
    }
    world.happen({ kind: 'lineFailed', line: lineOf(tresen) })
    world.happen({ kind: 'lineRecovered', line: lineOf(tresen) })
    readTwice()
    expect(world.presses()).toMatchObject([{ kind: 'alarm', button: tresen }])
    expect(world.faults()).toEqual(['raised lineFailed tresen', 'cleared lineFailed tresen'])
    world.read(lineOf(tresen), 'open')
    world.pass(1000)
    readTwice()
    expect(world.faults()).toContain('raised levelMismatch tresen')
  })
  test('held at the start raises the alarm and a fault until the release', () => {
    const world = new World({ calm: false })
    world.start()
    world.read(lineOf(tresen), 'closed')
    world.pass(2000)
    expect(world.presses()[0]).toMatchObject({ kind: 'alarm', contact: { confirmedBy: 'heldAtStart' } })
    world.edge(tresen, 'open')
    world.pass(300)
    expect(world.faults()).toEqual(['raised heldAtStart tresen', 'cleared heldAtStart tresen'])
  })
  test('stuck is a fault until the release, and no second alarm', () => {
    const world = new World()
    world.edge(tresen, 'closed')
    world.pass(50)
    world.receipt({ id: pressId(device, boot, 1) })
    world.pass(120_000)
    world.edge(tresen, 'open')
    world.pass(300)
    expect(world.faults()).toEqual(['raised buttonStuck tresen', 'cleared buttonStuck tresen'])
    expect(new Set(world.presses().map(({ id }) => id)).size).toBe(1)
  })
  test('a chattering contact is a fault until a clean press', () => {
    const world = new World()
    for (let count = 0; count < 20; count += 1) {
      world.edge(tresen, count % 2 === 0 ? 'closed' : 'open')
      world.pass(10)
    }
    world.pass(500)
    world.press()
    expect(world.faults().filter(fault => fault.includes('contactChatter'))).toEqual([
      'raised contactChatter tresen',
      'cleared contactChatter tresen',
    ])
  })
})

describe('the indicator', () => {
  const states = (world: World) => world.of('indicate').map(({ state }) => state)
  test('is dark from the start', () => {
    const world = new World({ calm: false })
    world.start()
    expect(states(world)).toEqual(['off'])
  })
  test('shows nothing unless the configuration allows it', () => {
    const world = new World()
    world.press()
    world.progress(firstAlarm, 'acknowledged')
    expect(states(world)).toEqual([])
  })
  test('is lit from the acknowledgement to the close', () => {
    const world = new World()
    world.config(10_000, 'afterAcknowledgement')
    world.press()
    world.progress(firstAlarm, 'raised')
    world.progress(firstAlarm, 'notifying')
    expect(states(world)).toEqual([])
    world.progress(firstAlarm, 'acknowledged')
    world.progress(firstAlarm, 'closed')
    expect(states(world)).toEqual(['acknowledged', 'off'])
  })
  test('goes dark when the configuration forbids it', () => {
    const world = new World()
    world.config(10_000, 'afterAcknowledgement')
    world.press()
    world.progress(firstAlarm, 'acknowledged')
    world.config(10_000, 'off')
    expect(states(world)).toEqual(['acknowledged', 'off'])
  })
})

describe('the journal', () => {
  test('that fails delays no alarm; the press is journaled as soon as the disk is back', () => {
    const world = new World()
    world.disk = 'fails'
    world.press()
    expect(world.presses()).toHaveLength(1)
    expect(world.faults()).toEqual(['raised journalFailed journal'])
    expect(world.state.outbox).toMatchObject([{ durability: 'volatile' }])
    world.disk = 'works'
    world.pass(limits.journalRetryMs)
    expect(world.faults()).toContain('cleared journalFailed journal')
    expect(world.state.outbox).toMatchObject([{ durability: 'journaled' }])
    expect([...world.written.keys()]).toEqual([pressId(device, boot, 1)])
  })
  test('that works again for one press is given at once what it lacks of the others', () => {
    const world = new World()
    world.disk = 'fails'
    world.press()
    world.disk = 'works'
    world.press(kasse)
    expect([...world.written.keys()].sort()).toEqual([1, 2].map(sequence => pressId(device, boot, sequence)))
  })
  test('that fails at a retirement is told to forget again', () => {
    const world = new World()
    world.press()
    world.disk = 'fails'
    world.receipt({ id: pressId(device, boot, 1) })
    world.disk = 'works'
    expect(world.written.size).toBe(1)
    world.pass(limits.journalRetryMs)
    expect(world.written.size).toBe(0)
  })
  test('that takes longer than its deadline is a fault, cleared by the next write in time', () => {
    const world = new World()
    world.disk = 'hangs'
    world.edge(tresen, 'closed')
    world.pass(30 + limits.journalDeadlineMs)
    expect(world.presses()).toHaveLength(1)
    expect(world.faults()).toEqual(['raised journalSlow journal'])
    world.finishWriting()
    expect(world.hasFault('journalSlow')).toBe(true)
    expect(world.state.outbox).toMatchObject([{ durability: 'journaled' }])
    world.receipt({ id: pressId(device, boot, 1) })
    expect(world.faults()).toEqual(['raised journalSlow journal', 'cleared journalSlow journal'])
  })
  test('that was slow once is tried again soon, and the fault goes without a press', () => {
    const world = new World({ calm: false })
    world.disk = 'hangs'
    world.start()
    world.pass(limits.journalDeadlineMs)
    world.finishWriting()
    expect(world.hasFault('journalSlow')).toBe(true)
    world.pass(limits.journalRetryMs)
    expect(world.hasFault('journalSlow')).toBe(false)
  })
  test('is proved by a real write at the start and every hour, and a failure shows before any press', () => {
    const world = new World()
    world.disk = 'fails'
    world.pass(limits.journalCheckMs)
    expect(world.hasFault('journalFailed')).toBe(true)
    world.disk = 'works'
    world.pass(limits.journalRetryMs)
    expect(world.hasFault('journalFailed')).toBe(false)
  })
  test('that was damaged is a fault that the next connection hears of, and that no write ends', () => {
    const world = new World({ calm: false })
    world.start()
    world.happen({ kind: 'journalDamaged' })
    world.pass(limits.journalCheckMs)
    expect(world.faults()).toEqual(['raised journalDamaged journal'])
    expect(heartbeats(world)[0]?.faults).toContainEqual({ code: 'journalDamaged', subject: 'journal' })
  })
})

test('a clock that the machine calls wrong is a fault, one of which it says nothing is not', () => {
  const world = new World()
  world.happen({ kind: 'clockRead', clockErrorMs: null, synchronised: null })
  world.happen({ kind: 'clockRead', clockErrorMs: null, synchronised: false })
  world.happen({ kind: 'clockRead', clockErrorMs: millis(5000), synchronised: true })
  expect(world.faults()).toEqual(['raised clockUnsynchronised device', 'cleared clockUnsynchronised device'])
  expect(world.press()).toMatchObject({ clockErrorMs: 5000 })
})

test('a message for another device changes nothing', () => {
  const world = new World()
  world.press()
  const id = pressId(device, boot, 1)
  const recordedAt = world.presses()[0]?.pressedAt
  if (recordedAt === undefined) throw new Error('no press')
  const other = 'rathaus-2' as typeof device
  const message = { v: 1, kind: 'receipt', device: other, id, alarm: alarmOfPress(id), recordedAt, sig: '' } as const
  world.happen({ kind: 'received', link: zentrale, message })
  expect(world.state.outbox).toHaveLength(1)
})

test('faults that the first heartbeat has no room for are said one by one, so that a gateway knows all of them', () => {
  const buttons = Array.from({ length: limits.faultsInHeartbeatMax + 3 }, (_, index) => {
    const id = `taster-${index}` as ButtonId
    return { id, ...circuit({ kind: 'normallyOpen', line: lineOf(id) }) }
  })
  const world = new World({ buttons, calm: false })
  world.start()
  for (const { id } of buttons) world.happen({ kind: 'lineFailed', line: lineOf(id) })
  world.pass(2000)
  const said = world.effects.flatMap(effect => (effect.kind === 'publish' ? [effect.message] : []))
  const inHeartbeat = said.find(message => message.kind === 'heartbeat')?.faults ?? []
  const singly = said.filter(message => message.kind === 'fault')
  expect(inHeartbeat).toHaveLength(limits.faultsInHeartbeatMax)
  expect(singly).toHaveLength(3)
  expect(new Set([...inHeartbeat, ...singly].map(({ subject }) => subject))).toEqual(
    new Set(buttons.map(({ id }) => id)),
  )
})
