// What a device says of its buttons and of its case beyond the alarm: how it was pressed, how long, what is broken.
import { describe, expect, test } from 'vitest'
import type { CircuitSettings, LineId } from '../../firmware/core/circuit.ts'
import { pressId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { HeartbeatMessage, ReleasedMessage } from '../../protocol/messages.ts'
import { boot, circuit, device, lineOf, tresen, World, zentrale, zweite } from './world.ts'

const no = 'tresen/normallyOpen' as LineId
const nc = 'tresen/normallyClosed' as LineId
const tamper = 'device/tamper' as LineId
const antivalent = circuit({ kind: 'antivalent', normallyOpen: no, normallyClosed: nc })
const closedCase = circuit({ kind: 'normallyClosed', line: tamper, cutWireIs: 'alarm' })
const withButton = (settings: CircuitSettings) => new World({ buttons: [{ id: tresen, ...settings }] })
const first = pressId(device, boot, 1)

const released = (world: World) =>
  world.messages().filter((message): message is ReleasedMessage => message.kind === 'released')
function heartbeat(world: World): HeartbeatMessage | undefined {
  world.pass(limits.heartbeatMsDefault)
  return world.messages().findLast((message): message is HeartbeatMessage => message.kind === 'heartbeat')
}

describe('how a button was pressed', () => {
  test('is told with the alarm: wiring, edges, how long until it was sure, who stamped the first edge', () => {
    const world = new World()
    const from = world.now
    for (const [level, at] of [
      ['closed', 0],
      ['open', 3],
      ['closed', 5],
    ] as const)
      world.edge(tresen, level, from + at)
    world.pass(35)
    expect(world.presses()).toMatchObject([
      { contact: { wiring: 'normallyOpen', edges: 3, heldMs: 35, confirmedBy: 'held', timeSource: 'kernel' } },
    ])
  })
  test('how long, is told once it was let go, on every connection, and nothing of it at the press', () => {
    const world = new World({ links: [zentrale, zweite] })
    world.edge(tresen, 'closed')
    world.pass(840)
    world.edge(tresen, 'open')
    expect(released(world)).toEqual([])
    world.pass(limits.releaseMs)
    expect(released(world)).toMatchObject([
      { id: first, heldMs: 840 },
      { id: first, heldMs: 840 },
    ])
    expect(world.written.size).toBe(1)
  })
  test('without a connection nobody hears how long, and the alarm is owed as ever', () => {
    const world = new World()
    world.network = 'fails'
    world.disconnect()
    world.press()
    world.network = 'works'
    world.pass(60_000)
    expect(world.presses().length).toBeGreaterThan(0)
    expect(released(world)).toEqual([])
  })
})

describe('a button with two contacts', () => {
  test('presses once, and its line faults bear its name', () => {
    const world = withButton(antivalent)
    world.lineEdge(nc, 'open')
    world.pass(limits.lineFaultMs)
    expect(world.faults()).toEqual(['raised lineCut tresen'])
    expect(heartbeat(world)).toMatchObject({ lines: [{ button: tresen, state: 'disputed' }] })
    world.lineEdge(no, 'closed')
    world.pass(limits.confirmMsDefault)
    expect(world.presses()).toMatchObject([{ kind: 'alarm', button: tresen, contact: { wiring: 'antivalent' } }])
  })
  test('is not at rest before both of its lines were read', () => {
    const world = new World({ calm: false, buttons: [{ id: tresen, ...antivalent }] })
    world.start()
    world.read(no, 'open')
    expect(heartbeat(world)?.lines).toEqual([])
    world.read(nc, 'closed')
    expect(heartbeat(world)?.lines).toEqual([{ button: tresen, state: 'atRest' }])
  })
  test('a broken line is found by the level audit, if no edge told of it, and still told within ten seconds', () => {
    const world = withButton(antivalent)
    const cutAt = world.now
    const audits = () => world.of('auditLevels').length
    for (let seen = audits(); !world.hasFault('lineCut') && world.now < cutAt + 60_000; world.pass(1)) {
      if (audits() === seen) continue
      seen = audits()
      world.read(no, 'open')
      world.read(nc, 'open')
    }
    expect(world.faults()).toContain('raised lineCut tresen')
    expect(world.now - cutAt).toBeLessThanOrEqual(limits.lineFaultToldMsMax)
  })
})

test('a latched button raises one alarm, is shown as waiting for its reset, never as stuck, and is ready after it', () => {
  const world = withButton({ ...circuit({ kind: 'normallyOpen', line: lineOf(tresen) }), latching: true })
  world.edge(tresen, 'closed')
  expect(heartbeat(world)).toMatchObject({ lines: [{ button: tresen, state: 'latched' }], faults: [] })
  world.receipt({ id: first })
  world.pass(10 * limits.stuckMs)
  expect(world.faults()).toEqual(['raised waitingForReset tresen'])
  expect(new Set(world.presses().map(({ id }) => id))).toEqual(new Set([first]))
  world.edge(tresen, 'open')
  world.pass(limits.releaseMs)
  expect(world.faults().at(-1)).toBe('cleared waitingForReset tresen')
  expect(world.press()?.id).toBe(pressId(device, boot, 2))
})

describe('the case', () => {
  const cased = () => new World({ tamper: closedCase })
  test('that is opened is sabotage until it is closed, and never an alarm', () => {
    const world = cased()
    world.lineEdge(tamper, 'open')
    world.pass(10 * limits.stuckMs)
    world.lineEdge(tamper, 'closed')
    world.pass(limits.releaseMs)
    expect(world.faults()).toEqual(['raised caseOpened device', 'cleared caseOpened device'])
    expect(world.presses()).toEqual([])
  })
  test('that was open at the start is told', () => {
    const world = new World({ tamper: closedCase, calm: false })
    world.start()
    world.read(tamper, 'open')
    world.pass(limits.confirmMsDefault)
    expect(world.faults()).toEqual(['raised caseOpened device'])
  })
  test('whose contact cannot be read is a fault of that line', () => {
    const world = cased()
    world.happen({ kind: 'lineFailed', line: tamper })
    world.happen({ kind: 'lineRecovered', line: tamper })
    expect(world.faults()).toEqual(['raised lineFailed case', 'cleared lineFailed case'])
  })
})

test('news of a line that belongs to nothing changes nothing', () => {
  const world = new World()
  const { state } = world
  world.lineEdge('foyer/normallyOpen' as LineId, 'closed')
  expect(world.state).toEqual(state)
})
