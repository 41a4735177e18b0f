// When a moving contact is a press: by its stamps alone, however its edges arrive.
import { array, assert as assertProperty, integer, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Contact,
  type Debounced,
  dueAt,
  edgeSeen,
  type Finding,
  type Level,
  levelRead,
  type Timing,
  timePassed,
  unseenContact,
} from '../../firmware/core/debounce.ts'
import { limits } from '../../protocol/limits.ts'
import { instant, millis } from '../../protocol/time.ts'

const confirmMs = millis(30)
const usual: Timing = { confirmMs, releaseMs: limits.releaseMs }

/** A contact under test, with everything found so far. */
class Bench {
  contact: Contact = unseenContact(instant(0))
  found: Finding[] = []
  now = 0
  readonly timing: Timing

  constructor(first: Level | null = 'open', timing: Timing = usual) {
    this.timing = timing
    if (first !== null) this.read(first, 0)
  }

  edge(level: Level, at: number): this {
    return this.#take(edgeSeen(this.contact, level, instant(at), 'kernel', this.timing))
  }
  read(level: Level, at: number): this {
    return this.#take(levelRead(this.contact, level, instant(at), this.timing))
  }
  until(at: number): this {
    this.now = at
    return this.#take(timePassed(this.contact, instant(at), this.timing))
  }
  presses(): Extract<Finding, { kind: 'pressed' }>[] {
    return this.found.filter(finding => finding.kind === 'pressed')
  }
  kinds(): string[] {
    return this.found.map(finding => finding.kind)
  }
  #take({ contact, findings }: Debounced): this {
    this.contact = contact
    this.found.push(...findings)
    return this
  }
}

test('a contact closed for the confirmation time is a press, at the time of its first edge', () => {
  const bench = new Bench().edge('closed', 100).until(129)
  expect(bench.presses()).toEqual([])
  expect(bench.until(130).presses()).toEqual([
    {
      kind: 'pressed',
      pressedAt: 100,
      movement: { edges: 1, heldMs: 30, confirmedBy: 'held', timeSource: 'kernel' },
      withoutEdge: false,
    },
  ])
})

test('a 50 ms press whose edges arrive together is a press, judged by its stamps', () => {
  const bench = new Bench().edge('closed', 100).edge('open', 150)
  expect(bench.presses()).toMatchObject([{ pressedAt: 100, movement: { edges: 1, confirmedBy: 'pulse' } }])
})

test('with the longest confirmation time a 50 ms press that bounces for 5 ms is a press still', () => {
  const timing = { ...usual, confirmMs: limits.confirmMsMax }
  const bench = new Bench('open', timing).edge('closed', 100).edge('open', 101).edge('closed', 105).edge('open', 150)
  expect(bench.presses()).toMatchObject([{ pressedAt: 100, movement: { edges: 3, confirmedBy: 'pulse' } }])
})

test('a closure shorter than the confirmation time is interference, not a press', () => {
  const bench = new Bench().edge('closed', 100).edge('open', 105).until(10_000)
  expect(bench.found).toEqual([])
})

test('bounce at the press delays it by no more than the bounce', () => {
  const bench = new Bench().edge('closed', 100).edge('open', 101).edge('closed', 103).edge('open', 104)
  expect(bench.edge('closed', 106).until(136).presses()).toMatchObject([
    { pressedAt: 100, movement: { edges: 5, confirmedBy: 'held' } },
  ])
})

test('a contact that chatters for 120 ms without settling is a press', () => {
  const bench = new Bench()
  for (let at = 0; at <= 200; at += 10) bench.edge(at % 20 === 0 ? 'closed' : 'open', 1000 + at)
  expect(bench.presses()).toMatchObject([{ pressedAt: 1000, movement: { confirmedBy: 'chatter' } }])
  expect(bench.presses()[0]?.movement.edges).toBe(13)
})

test('interference that settles open in between is no chatter', () => {
  const bench = new Bench()
  for (let at = 0; at < 2000; at += 100) bench.edge('closed', at).edge('open', at + 5)
  expect(bench.presses()).toEqual([])
})

test('a held button gives one press, and the next press is a new one only after a release', () => {
  const bench = new Bench().edge('closed', 0).until(1000).edge('open', 1000).edge('closed', 1100).until(2000)
  expect(bench.presses()).toHaveLength(1)
  bench.edge('open', 2000).until(2250).edge('closed', 2300).until(2400)
  expect(bench.kinds()).toEqual(['pressed', 'released', 'pressed'])
})

test('a late edge that shows the hold going on takes a release back, and gives no second press', () => {
  const bench = new Bench().edge('closed', 0).until(100).edge('open', 100).until(500)
  expect(bench.kinds()).toEqual(['pressed', 'released'])
  expect(bench.edge('closed', 120).until(1000).presses()).toHaveLength(1)
})

test('a button held for more than 60 s is stuck, gives no second alarm, and is well again on release', () => {
  const bench = new Bench().edge('closed', 0).until(59_999)
  expect(bench.kinds()).toEqual(['pressed'])
  bench.until(200_000).edge('open', 200_000).until(200_250)
  expect(bench.kinds()).toEqual(['pressed', 'stuck', 'released'])
})

test('a contact chattering for ever is one press, and then stuck', () => {
  const bench = new Bench()
  for (let at = 0; at < 61_000; at += 20) bench.edge('closed', at).edge('open', at + 10)
  expect(bench.kinds()).toEqual(['pressed', 'stuck'])
})

describe('a contact already closed at the start', () => {
  test('is a press once it stays closed', () => {
    const bench = new Bench('closed').until(30)
    expect(bench.presses()).toMatchObject([{ movement: { edges: 0, confirmedBy: 'heldAtStart' } }])
  })
  test('is no press if it opens before it is confirmed', () => {
    expect(new Bench('closed').edge('open', 10).until(5000).presses()).toEqual([])
  })
  test('is an ordinary press if its closing edge comes after all', () => {
    expect(new Bench('closed').edge('closed', 1).until(100).presses()).toMatchObject([
      { movement: { confirmedBy: 'held' } },
    ])
  })
  test('and an edge before the first reading is judged like any other', () => {
    expect(new Bench(null).edge('closed', 5).until(50).presses()).toMatchObject([{ pressedAt: 5 }])
    expect(new Bench(null).edge('open', 5).until(50).presses()).toEqual([])
  })
})

describe('a reading that contradicts the edges', () => {
  test('closed without an edge: a second look, and then a press that says so', () => {
    const bench = new Bench().read('closed', 1000)
    expect(bench.until(1030).kinds()).toEqual(['lookAgain'])
    expect(bench.read('closed', 1031).presses()).toMatchObject([{ pressedAt: 1000, withoutEdge: true }])
    expect(bench.read('closed', 6000).presses()).toHaveLength(1)
  })
  test('closed once and open at the second look: nothing happened', () => {
    expect(new Bench().read('closed', 1000).until(1030).read('open', 1031).until(9000).presses()).toEqual([])
  })
  test('an edge on its way makes it an ordinary press', () => {
    const bench = new Bench().read('closed', 1000).edge('closed', 999).until(1100)
    expect(bench.presses()).toMatchObject([{ withoutEdge: false, movement: { confirmedBy: 'held' } }])
  })
  test('open while believed held: the hold ends, so that the button is not deaf for ever', () => {
    const bench = new Bench().edge('closed', 0).until(100).read('open', 5000).until(5250)
    expect(bench.kinds()).toEqual(['pressed', 'released'])
  })
  test('a reading older than the last edge says nothing', () => {
    const bench = new Bench().edge('closed', 100).until(200).read('open', 90).until(5000)
    expect(bench.kinds()).toEqual(['pressed'])
  })
})

// ---- properties ----------------------------------------------------------------------------------------------------

type Train = readonly { readonly level: Level; readonly at: number }[]
/** Alternating edges with these gaps between them, from a first closing edge. */
const trainOf = (gaps: readonly number[], from = 1000): Train => {
  let at = from
  return [0, ...gaps].map((gap, index) => {
    at += gap
    return { level: index % 2 === 0 ? 'closed' : 'open', at }
  })
}

/** Delivers the edges in bundles: each bundle when its last edge has happened and the delay has passed; time is told in between. */
function deliver(train: Train, bundles: readonly number[], delay: number, timing = usual): Bench {
  const bench = new Bench('open', timing)
  let index = 0
  for (let bundle = 0; index < train.length; bundle += 1) {
    const edges = train.slice(index, index + (bundles[bundle % bundles.length] ?? 1))
    index += edges.length
    for (const { level, at } of edges) bench.edge(level, at)
    const next = train[index]?.at ?? Number.POSITIVE_INFINITY
    const arrivedAt = (edges.at(-1)?.at ?? 0) + delay
    // A wake between two bundles cannot happen after an edge that is delivered later has been due for longer than the delay.
    const due = dueAt(bench.contact, timing)
    if (due !== null && due >= arrivedAt && due < next) bench.until(due)
  }
  return bench.until((train.at(-1)?.at ?? 0) + 100_000)
}

const gaps = (max: number) => array(integer({ min: 1, max }), { minLength: 1, maxLength: 40 })
const bundling = array(integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 6 })

/** The rule in other words: closures, grouped into holds by openings of releaseMs. */
function expectedPresses(train: Train): number {
  let presses = 0
  let hold = { pressed: false, trainFrom: 0, openSince: -1 }
  for (const [index, edge] of train.entries()) {
    const next = train[index + 1]?.at ?? Number.POSITIVE_INFINITY
    if (edge.level === 'open') {
      if (!hold.pressed && edge.at - hold.trainFrom >= limits.chatterMs) {
        hold = { ...hold, pressed: true }
        presses += 1
      }
      hold = { ...hold, openSince: edge.at }
      continue
    }
    const openFor = hold.openSince < 0 ? Number.POSITIVE_INFINITY : edge.at - hold.openSince
    if (hold.pressed && openFor >= limits.releaseMs) hold = { pressed: false, trainFrom: edge.at, openSince: -1 }
    else if (!hold.pressed && openFor >= limits.confirmMsDefault) hold = { ...hold, trainFrom: edge.at }
    const chattered = edge.at - hold.trainFrom >= limits.chatterMs
    if (!hold.pressed && (chattered || next - edge.at >= confirmMs)) {
      hold = { ...hold, pressed: true }
      presses += 1
    }
  }
  return presses
}

test('any movement gives exactly one press for each hold, whatever the bundling of its edges', () => {
  assertProperty(
    property(gaps(300), bundling, integer({ min: 0, max: 400 }), (someGaps, bundles, delay) => {
      const train = trainOf(someGaps)
      expect(deliver(train, bundles, delay).presses()).toHaveLength(expectedPresses(train))
    }),
    { numRuns: 2000 },
  )
})

test('any closure of 50 ms within any movement belongs to a hold that was pressed, whatever its confirmation time', () => {
  const confirming = integer({ min: 1, max: limits.confirmMsMax }).map(millis)
  assertProperty(
    property(gaps(40), gaps(40), bundling, confirming, (before, after, bundles, own) => {
      const even = before.length % 2 === 0 ? before : [...before, 7]
      const timing = { ...usual, confirmMs: own }
      const bench = deliver(trainOf([...even, limits.promisedPressMs, ...after]), bundles, 0, timing)
      expect(bench.presses().length).toBeGreaterThanOrEqual(1)
    }),
    { numRuns: 500 },
  )
})

test('there is never more than one press more than there are releases', () => {
  const look = record({ at: integer({ min: 0, max: 5000 }), what: integer({ min: 0, max: 3 }) })
  assertProperty(
    property(array(look, { maxLength: 60 }), looks => {
      const bench = new Bench()
      for (const { at, what } of looks.toSorted((a, b) => a.at - b.at)) {
        if (what === 0) bench.edge('closed', at)
        else if (what === 1) bench.edge('open', at)
        else bench.until(at).read(what === 2 ? 'closed' : 'open', at)
      }
      const releases = bench.kinds().filter(kind => kind === 'released').length
      expect(bench.presses().length).toBeLessThanOrEqual(releases + 1)
    }),
    { numRuns: 1000 },
  )
})
