// Maps that change without copying everything: a step with 2,000 devices costs as much as one with two.
// The entries lie in a fixed number of small maps; a change copies one of them.

const bucketCount = 64
const emptyBucket = new Map<never, never>()

/** An empty map for `put` and `remove`. Iterates by bucket: in the same order for the same history. */
export const emptyMap = <Key extends string, Value>(): ReadonlyMap<Key, Value> =>
  new PersistentMap<Key, Value>(
    Array.from({ length: bucketCount }, () => emptyBucket),
    0,
  )

/** The map with this entry; the given one stays as it is. */
export function put<Key extends string, Value>(
  map: ReadonlyMap<Key, Value>,
  key: Key,
  value: Value,
): ReadonlyMap<Key, Value> {
  const persistent = persistentOf(map)
  const bucket = new Map(persistent.bucketOf(key))
  bucket.set(key, value)
  return persistent.replaced(key, bucket)
}

/** The map without this key; the given one stays as it is. */
export function remove<Key extends string, Value>(map: ReadonlyMap<Key, Value>, key: Key): ReadonlyMap<Key, Value> {
  if (!map.has(key)) return map
  const persistent = persistentOf(map)
  const bucket = new Map(persistent.bucketOf(key))
  bucket.delete(key)
  return persistent.replaced(key, bucket)
}

function persistentOf<Key extends string, Value>(map: ReadonlyMap<Key, Value>): PersistentMap<Key, Value> {
  if (map instanceof PersistentMap) return map
  let result = emptyMap<Key, Value>()
  for (const [key, value] of map) result = put(result, key, value)
  return persistentOf(result)
}

function bucketNumber(key: string): number {
  let hash = 0
  for (let index = 0; index < key.length; index++) hash = (hash * 31 + key.charCodeAt(index)) | 0
  return hash & (bucketCount - 1)
}

/** A class, unlike the rest of the core, because it has to look like a map to everybody who reads it. */
class PersistentMap<Key extends string, Value> implements ReadonlyMap<Key, Value> {
  readonly buckets: readonly ReadonlyMap<Key, Value>[]
  readonly size: number

  constructor(buckets: readonly ReadonlyMap<Key, Value>[], size: number) {
    this.buckets = buckets
    this.size = size
  }

  bucketOf(key: Key): ReadonlyMap<Key, Value> {
    return this.buckets[bucketNumber(key)] ?? emptyBucket
  }

  replaced(key: Key, bucket: ReadonlyMap<Key, Value>): PersistentMap<Key, Value> {
    const number = bucketNumber(key)
    const size = this.size - this.bucketOf(key).size + bucket.size
    return new PersistentMap(this.buckets.with(number, bucket), size)
  }

  get(key: Key): Value | undefined {
    return this.bucketOf(key).get(key)
  }

  has(key: Key): boolean {
    return this.bucketOf(key).has(key)
  }

  forEach(visit: (value: Value, key: Key, map: ReadonlyMap<Key, Value>) => void): void {
    for (const [key, value] of this) visit(value, key, this)
  }

  entries(): MapIterator<[Key, Value]> {
    return this.#all(bucket => bucket.entries())
  }

  keys(): MapIterator<Key> {
    return this.#all(bucket => bucket.keys())
  }

  values(): MapIterator<Value> {
    return this.#all(bucket => bucket.values())
  }

  [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.entries()
  }

  /** Most maps hold little most of the time: nothing is looked for where nothing is. */
  #all<Item>(itemsOf: (bucket: ReadonlyMap<Key, Value>) => Iterable<Item>): MapIterator<Item> {
    const items: Item[] = []
    if (this.size > 0)
      for (const bucket of this.buckets) if (bucket.size > 0) for (const item of itemsOf(bucket)) items.push(item)
    return items.values()
  }
}
