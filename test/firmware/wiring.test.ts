// What a contact means, for each wiring: when it is a press, when a broken line, and which of both at the same time.
import { describe, expect, test } from 'vitest'
import { stateOf } from '../../firmware/core/circuit.ts'
import { limits } from '../../protocol/limits.ts'
import { left, nc, no, right, WireBench, wirings } from './wire-bench.ts'

const minute = limits.stuckMs

/** A finger on both contacts of an antivalent button: the one opens, a gap, the other closes; and back. */
function press(bench: WireBench, holdMs = 200, gapMs = 8): WireBench {
  bench.push(nc).pass(gapMs).push(no).pass(holdMs)
  return bench
    .leave(no)
    .pass(gapMs)
    .leave(nc)
    .pass(limits.releaseMs + gapMs)
}

describe('normallyOpen', () => {
  test('a closed contact is a press; a cut wire is an open contact, and nothing tells it', () => {
    const bench = new WireBench(wirings.normallyOpen).push(no).pass(100).leave(no).pass(minute)
    expect(bench.presses()).toMatchObject([
      { pressedAt: 0, contact: { wiring: 'normallyOpen', edges: 1, heldMs: 30, confirmedBy: 'held' } },
    ])
    expect(bench.releases()).toEqual([100])
    expect(bench.faults()).toEqual([])
  })
  test('held for over a minute it is stuck, and the press stays one', () => {
    const bench = new WireBench(wirings.normallyOpen).push(no).pass(minute + 1000)
    expect(bench.kinds()).toEqual(['pressed', 'stuck'])
  })
  test('a late edge that shows the hold going on makes it end later, and no second press', () => {
    const bench = new WireBench(wirings.normallyOpen).push(no).pass(100).leave(no).pass(400).push(no, 150)
    bench.pass(minute)
    expect(bench.kinds()).toEqual(['pressed', 'released', 'stuck'])
    expect(bench.leave(no).pass(300).releases()).toEqual([100, 60_500])
  })
})

describe('normallyClosed, a cut wire is an alarm', () => {
  test('an open circuit is a press at once', () => {
    const bench = new WireBench(wirings.normallyClosed).push(nc).pass(30)
    expect(bench.presses()).toMatchObject([{ pressedAt: 0, contact: { wiring: 'normallyClosed' } }])
  })
  test('open for over a minute the wire is taken for cut, until it closes', () => {
    const bench = new WireBench(wirings.normallyClosed)
      .push(nc)
      .pass(minute + 1)
      .leave(nc)
      .pass(300)
    expect(bench.faults()).toEqual(['+lineCut', '-lineCut'])
    expect(bench.presses()).toHaveLength(1)
  })
  test('found open at the start it is an alarm all the same', () => {
    const bench = new WireBench(wirings.normallyClosed, { [nc]: 'open' }).pass(30)
    expect(bench.presses()).toMatchObject([{ contact: { confirmedBy: 'heldAtStart' } }])
  })
})

describe('normallyClosed, a cut wire is a fault', () => {
  test('an open circuit alone is no alarm and becomes a fault within seconds', () => {
    const bench = new WireBench(wirings.cutIsFault).push(nc).pass(limits.lineFaultMs - 1)
    expect(bench.found).toEqual([])
    expect(bench.pass(1).faults()).toEqual(['+lineCut'])
    expect(bench.pass(10 * minute).presses()).toEqual([])
    expect(bench.leave(nc).pass(300).faults()).toEqual(['+lineCut', '-lineCut'])
    expect(bench.presses()).toEqual([])
  })
  test('one that closes again within a minute was a press, told with its whole length', () => {
    const bench = new WireBench(wirings.cutIsFault).push(nc).pass(400).leave(nc).pass(249)
    expect(bench.presses()).toEqual([])
    bench.pass(1)
    expect(bench.presses()).toMatchObject([{ pressedAt: 0, contact: { confirmedBy: 'release', heldMs: 400 } }])
    expect(bench.releases()).toEqual([400])
  })
  test('however often: each press is one', () => {
    const bench = new WireBench(wirings.cutIsFault)
    for (let count = 0; count < 3; count += 1) bench.push(nc).pass(200).leave(nc).pass(1000)
    expect(bench.presses()).toHaveLength(3)
  })
})

describe('antivalent', () => {
  const antivalent = () => new WireBench(wirings.antivalent)

  test('a press is proved by both contacts, from the moment at which both show it', () => {
    const bench = press(antivalent())
    expect(bench.presses()).toMatchObject([
      { pressedAt: 8, contact: { wiring: 'antivalent', edges: 2, heldMs: 30, confirmedBy: 'held' } },
    ])
    expect(bench.releases()).toEqual([200])
    expect(bench.pass(minute).faults()).toEqual([])
  })
  test('the order in which the contacts move and the gap between them raise no fault', () => {
    for (const gapMs of [0, 5, 20, 80, 500]) {
      expect(press(antivalent(), 200, gapMs).faults()).toEqual([])
      const makeFirst = antivalent()
        .push(no)
        .pass(gapMs)
        .push(nc)
        .pass(200)
        .leave(nc)
        .pass(gapMs)
        .leave(no)
        .pass(minute)
      expect([gapMs, makeFirst.presses().length, makeFirst.faults()]).toEqual([gapMs, 1, []])
    }
  })
  test('bounce of either contact delays the press by no more than the bounce, and is counted', () => {
    const bench = antivalent().push(nc, 0).leave(nc, 1).push(nc, 2).push(no, 10).leave(no, 12).push(no, 15).until(45)
    expect(bench.presses()).toMatchObject([{ contact: { edges: 6 } }])
    expect(bench.faults()).toEqual([])
  })
  test('a press heard late, contact by contact, is a press and no fault', () => {
    for (const [first, second] of [
      [no, nc],
      [nc, no],
    ] as const) {
      const bench = antivalent()
      bench.now = 700
      bench.push(first, 100).leave(first, 300).push(second, 102).leave(second, 302).pass(1000)
      expect([bench.presses().length, bench.faults()]).toEqual([1, []])
    }
  })
  test('after a stall of the program, what began is judged before what ended', () => {
    const bench = antivalent()
    bench.now = 400
    bench.push(no, 0).leave(no, 100).push(nc, 90).until(400)
    expect([bench.presses().length, bench.faults()]).toEqual([1, []])
  })
  test('both pressed at the start: an alarm that says so', () => {
    const bench = new WireBench(wirings.antivalent, { [no]: 'closed', [nc]: 'open' }).pass(100)
    expect(bench.presses()).toMatchObject([{ contact: { confirmedBy: 'heldAtStart' } }])
  })

  describe('a wire that is cut or shorted', () => {
    test('both circuits open: cut, told within ten seconds as a fault, never as an alarm, until the wire is whole', () => {
      const bench = antivalent().push(nc).pass(limits.lineFaultMs)
      expect(bench.faults()).toEqual(['+lineCut'])
      bench
        .pass(2 * minute)
        .leave(nc)
        .pass(limits.releaseMs)
      expect(bench.faults()).toEqual(['+lineCut', '-lineCut'])
      expect(bench.presses()).toEqual([])
    })
    test('both circuits closed: shorted, in the same way', () => {
      const bench = antivalent()
        .push(no)
        .pass(2 * minute)
        .leave(no)
        .pass(limits.releaseMs)
      expect(bench.faults()).toEqual(['+lineShort', '-lineShort'])
      expect(bench.presses()).toEqual([])
    })
    test('found at the start it is told as well', () => {
      const bench = new WireBench(wirings.antivalent, { [nc]: 'open' }).pass(2 * limits.lineFaultMs)
      expect([bench.faults(), bench.presses()]).toEqual([['+lineCut'], []])
    })
    test('with the wire of the opening contact cut, every press is still an alarm, and the fault stays', () => {
      const bench = antivalent().push(nc).pass(minute)
      for (let count = 0; count < 2; count += 1) bench.push(no).pass(200).leave(no).pass(1000)
      expect(bench.presses()).toHaveLength(2)
      expect(bench.presses()[0]).toMatchObject({ pressedAt: minute, contact: { heldMs: 30 } })
      expect(bench.releases()).toEqual([200, 200])
      expect(bench.faults()).toEqual(['+lineCut'])
    })
    test('with the wire of the closing contact shorted, every press is still an alarm', () => {
      const bench = antivalent().push(no).pass(minute)
      for (let count = 0; count < 2; count += 1) bench.push(nc).pass(200).leave(nc).pass(1000)
      expect(bench.presses()).toHaveLength(2)
      expect(bench.faults()).toEqual(['+lineShort'])
    })
    test('a wire cut while the button is pressed is told once the button is let go', () => {
      const bench = antivalent().push(nc).pass(8).push(no).pass(500).leave(no).pass(limits.lineFaultMs)
      expect(bench.faults()).toEqual(['+lineCut'])
      expect(bench.presses()).toHaveLength(1)
    })
    test('one contact that moves and comes back alone is a fault at once: it may have been a press', () => {
      const bench = antivalent().push(nc).pass(200).leave(nc).pass(limits.releaseMs)
      expect([bench.faults(), bench.presses()]).toEqual([['+lineDiscrepancy'], []])
      expect(bench.pass(10 * minute).activeFaults()).toEqual(['+lineDiscrepancy'])
      expect(press(bench).faults()).toEqual(['+lineDiscrepancy', '-lineDiscrepancy'])
      expect(bench.presses()).toHaveLength(1)
    })
    test('a press that moves both while one line is broken proves nothing of the broken one', () => {
      const bench = antivalent().push(no).pass(200).leave(no).pass(1000).push(nc).pass(minute)
      bench.push(no).pass(200).leave(no).pass(1000)
      expect(bench.activeFaults()).toEqual(['+lineDiscrepancy', '+lineCut'])
      expect(bench.presses()).toHaveLength(1)
    })
    test('one that comes back just in time is not called cut as well', () => {
      const bench = antivalent()
        .push(nc)
        .pass(limits.lineFaultMs - 100)
      expect(bench.leave(nc).pass(minute).faults()).toEqual(['+lineDiscrepancy'])
    })
    test('while its fellow cannot be read, a contact that was alone before is not called broken', () => {
      const bench = antivalent().push(nc).pass(100).failing(no, true).pass(minute)
      expect([bench.faults(), bench.presses()]).toEqual([['+lineFailed'], []])
    })
    test('shorter than the confirmation time it is interference', () => {
      const bench = antivalent().push(nc).pass(20).leave(nc).pass(minute)
      expect(bench.found).toEqual([])
    })
    test('a wire that flickers without end is told too', () => {
      const bench = antivalent()
      while (bench.now < limits.lineFaultToldMsMax) bench.push(no).pass(10).leave(no).pass(10)
      expect([bench.activeFaults(), bench.presses()]).toEqual([['+lineShort'], []])
    })
  })

  test('an edge that never comes is looked for as soon as its fellow is confirmed', () => {
    const bench = antivalent().push(no).pass(30)
    expect(bench.found).toEqual([{ kind: 'lookAgain' }])
    bench.read(no, 'closed').read(nc, 'open').pass(30)
    expect(bench.read(nc, 'open').presses()).toHaveLength(1)
    expect(bench.activeFaults()).toEqual(['+levelMismatch'])
    expect(bench.leave(nc).activeFaults()).toEqual([])
  })
  test('while one line cannot be read, the other one decides alone', () => {
    for (const [broken, sound] of [
      [nc, no],
      [no, nc],
    ] as const) {
      const bench = antivalent().failing(broken, true).push(sound).pass(200).leave(sound).pass(1000)
      expect([bench.presses().length, bench.activeFaults()]).toEqual([1, ['+lineFailed']])
    }
  })
  test('a line that can be read again during such a press gives no second one', () => {
    const bench = antivalent().failing(nc, true).push(no).pass(100).failing(nc, false)
    bench.read(nc, 'open').pass(30).read(nc, 'open').pass(1000)
    expect(bench.presses()).toHaveLength(1)
  })
  test('two lines that fail are well again only together', () => {
    const bench = antivalent().failing(nc, true).failing(no, true).failing(nc, false)
    expect(bench.activeFaults()).toEqual(['+lineFailed'])
    expect(bench.failing(no, false).activeFaults()).toEqual([])
  })
  test('the heartbeat calls it disputed while the contacts contradict each other', () => {
    const states = [antivalent(), antivalent().push(nc).pass(100), antivalent().push(nc).push(no).pass(100)]
    expect(states.map(({ circuit }) => stateOf(circuit))).toEqual(['atRest', 'disputed', 'pressed'])
    expect(stateOf(antivalent().failing(nc, true).circuit)).toBe('failed')
  })
})

describe('twoHand', () => {
  const twoHand = () => new WireBench(wirings.twoHand)

  test('both within half a second, and held: one press', () => {
    for (const apart of [0, 100, 500]) {
      const bench = twoHand().push(left).pass(apart).push(right).pass(300)
      expect(bench.presses()).toMatchObject([{ pressedAt: apart, contact: { wiring: 'twoHand' } }])
      expect(bench.leave(left).leave(right).pass(minute).faults()).toEqual([])
    }
  })
  test('further apart is no press, until both were let go', () => {
    const bench = twoHand().push(left).pass(501).push(right).pass(1000)
    expect(bench.leave(right).pass(1000).push(right).pass(1000).presses()).toEqual([])
    bench.leave(left).leave(right).pass(1000)
    expect(bench.push(right).push(left).pass(100).presses()).toHaveLength(1)
  })
  test('one alone is no alarm; for over a minute it is a fault until it is let go', () => {
    const bench = twoHand()
      .push(left)
      .pass(minute - 1)
    expect(bench.faults()).toEqual([])
    bench.pass(minute).leave(left).pass(limits.releaseMs)
    expect(bench.faults()).toEqual(['+handMissing', '-handMissing'])
    expect(bench.presses()).toEqual([])
  })
  test('two hands that did not come together are a fault until both were let go', () => {
    const bench = twoHand()
      .push(left)
      .pass(1000)
      .push(right)
      .pass(2 * minute)
    expect(bench.leave(left).pass(1000).activeFaults()).toEqual(['+handMissing'])
    expect(bench.leave(right).pass(1000).activeFaults()).toEqual([])
  })
  test('a hand that was never let go makes no second press of the other one', () => {
    const bench = twoHand().push(left).push(right).pass(100).leave(left).pass(260).push(left).pass(1000)
    expect(bench.presses()).toHaveLength(1)
  })
  test('both held for over a minute is one press, and stuck', () => {
    const bench = twoHand()
      .push(left)
      .pass(200)
      .push(right)
      .pass(minute + 1000)
    expect(bench.kinds()).toEqual(['lookAgain', 'pressed', 'stuck'])
  })
})

describe('latching', () => {
  const latching = (wiring: keyof typeof wirings) => new WireBench({ ...wirings[wiring], latching: true })

  test('one press until it is reset, and ready for the next one then', () => {
    const bench = latching('normallyOpen')
      .push(no)
      .pass(10 * minute)
    expect(bench.presses()).toHaveLength(1)
    expect(stateOf(bench.circuit)).toBe('latched')
    bench.leave(no).pass(1000)
    expect(stateOf(bench.circuit)).toBe('atRest')
    expect(bench.push(no).pass(100).presses()).toHaveLength(2)
  })
  test('with an opening contact it waits for its reset as well, and is not called cut', () => {
    const bench = latching('normallyClosed')
      .push(nc)
      .pass(10 * minute)
    expect(bench.kinds()).toEqual(['pressed', 'stuck'])
  })
  test('with both contacts it waits once both are latched, and is cut if only one is', () => {
    const both = latching('antivalent')
      .push(nc)
      .push(no)
      .pass(10 * minute)
    expect([both.kinds(), both.activeFaults()]).toEqual([['pressed', 'fault', 'stuck'], []])
    expect(
      latching('antivalent')
        .push(nc)
        .pass(10 * minute)
        .faults(),
    ).toEqual(['+lineCut'])
  })
})

test('a quick double press is two presses if the button is meant for it', () => {
  const timing = { confirmMs: limits.confirmMsDefault, releaseMs: limits.quickReleaseMs }
  for (const [wiring, presses] of [
    [wirings.normallyOpen, 1],
    [{ ...wirings.normallyOpen, timing }, 2],
  ] as const) {
    const bench = new WireBench(wiring).push(no).pass(90).leave(no).pass(110).push(no).pass(90).leave(no).pass(1000)
    expect(bench.presses()).toHaveLength(presses)
  }
})
