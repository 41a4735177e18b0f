// The words that schemas are built from: ids, times, durations, counts, texts, choices.
import { Type } from 'typebox'
import { namePattern, pressPattern } from './ids.ts'
import type { Millis, WallTime } from './time.ts'

export const name = <Id extends string>(description: string) =>
  Type.Unsafe<Id>(Type.String({ pattern: namePattern, description }))
export const press = <Id extends string>(description: string) =>
  Type.Unsafe<Id>(Type.String({ pattern: pressPattern, description }))
export const wall = (description: string) =>
  Type.Unsafe<WallTime>(
    Type.Integer({ minimum: 0, maximum: 8.64e15, description: `${description} (ms since 1970, UTC)` }),
  )
export const duration = (description: string) =>
  Type.Unsafe<Millis>(
    Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: `${description} (ms)` }),
  )
export const count = (description: string) =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description })
export const text = (maxLength: number, description: string) => Type.String({ maxLength, description })
export const oneOf = <const Values extends readonly string[]>(values: Values, description: string) =>
  Type.Unsafe<Values[number]>(Type.String({ enum: [...values], description }))
export const nullable = <Value>(schema: ReturnType<typeof Type.Unsafe<Value>>, description: string) =>
  Type.Unsafe<Value | null>(Type.Union([schema, Type.Null()], { description }))
