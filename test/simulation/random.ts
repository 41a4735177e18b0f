// All chance of a run [S7]. What a generator gives depends on its name alone, never on how often another one was asked:
// an act that is taken out of a plan changes nothing for the others. Only operations that IEEE 754 fixes are used.

export type Random = {
  /** From [0, 1). */
  readonly next: () => number
  /** Another generator, with a name of its own below this one's. */
  readonly fork: (name: string) => Random
  readonly between: (least: number, most: number) => number
  /** A whole number, both ends included. */
  readonly whole: (least: number, most: number) => number
  readonly chance: (probability: number) => boolean
  /** @throws if there is nothing to pick from. */
  readonly pick: <Value>(values: readonly Value[]) => Value
  /** Each value with this probability, in their order. */
  readonly some: <Value>(values: readonly Value[], probability: number) => readonly Value[]
  /** Mostly near `least`, now and then far from it, never above `most`: the delays of real networks and disks. */
  readonly heavyTail: (least: number, most: number) => number
}

export function createRandom(name: string): Random {
  const next = generator(name)
  return {
    next,
    fork: child => createRandom(`${name}/${child}`),
    between: (least, most) => least + next() * (most - least),
    whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
    chance: probability => next() < probability,
    pick: values => {
      const picked = values[Math.floor(next() * values.length)]
      if (picked === undefined) throw new Error(`${name}: nothing to pick from`)
      return picked
    },
    some: (values, probability) => values.filter(() => next() < probability),
    heavyTail: (least, most) => Math.min(most, least / (1 - next())),
  }
}

/** The generator sfc32 of PractRand by Chris Doty-Humphrey, public domain; the name is its seed. */
function generator(name: string): () => number {
  let [a, b, c] = hashes(name)
  let counter = 1
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  for (let round = 0; round < 12; round += 1) next()
  return next
}

/** FNV-1a with three different starts. */
function hashes(text: string): [number, number, number] {
  const hash = (start: number): number => {
    let value = start
    for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 16777619)
    return value | 0
  }
  return [hash(0x811c9dc5), hash(0x01234567), hash(0x5bd1e995)]
}
