// The map behind the state behaves like a map, and never changes one that somebody still holds.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyMap, put, remove } from '../../gateway/core/persistent-map.ts'

const changes = fc.array(fc.tuple(fc.integer({ min: 0, max: 200 }), fc.boolean()), { maxLength: 400 })

test('after any changes it holds what a Map would hold, and every earlier one is as it was', () => {
  fc.assert(
    fc.property(changes, list => {
      const model = new Map<string, number>()
      let map = emptyMap<string, number>()
      const earlier: (readonly [ReadonlyMap<string, number>, ReadonlyMap<string, number>])[] = []
      for (const [index, [key, isPut]] of list.entries()) {
        if (index % 50 === 0) earlier.push([map, new Map(model)])
        map = isPut ? put(map, `k${key}`, index) : remove(map, `k${key}`)
        if (isPut) model.set(`k${key}`, index)
        else model.delete(`k${key}`)
      }
      for (const [then, expected] of [...earlier, [map, model] as const]) {
        expect(then.size).toBe(expected.size)
        expect(new Map(then)).toEqual(expected)
        expect([...then.keys()].sort()).toEqual([...expected.keys()].sort())
        expect([...then.values()].sort()).toEqual([...expected.values()].sort())
      }
    }),
  )
})

test('a plain map may be the beginning', () => {
  const plain = new Map([['a', 1]])
  expect(new Map(put(plain, 'b', 2))).toEqual(
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
  )
  expect(plain.size).toBe(1)
})
