// Two clocks that may never be mixed: the monotonic one that decides, and the wall clock that people read.
import type { Brand } from './ids.ts'

/** A duration in milliseconds. */
export type Millis = Brand<number, 'Millis'>
/** A moment of the machine's monotonic clock, in milliseconds. Comparable only on the same machine since the same start of it. */
export type Instant = Brand<number, 'Instant'>
/** A moment of the wall clock, in milliseconds since 1970-01-01T00:00:00Z, as far as this machine knows it. */
export type WallTime = Brand<number, 'WallTime'>

export const millis = (value: number): Millis => value as Millis
export const seconds = (value: number): Millis => (value * 1000) as Millis
export const instant = (value: number): Instant => value as Instant
export const wallTime = (value: number): WallTime => value as WallTime

export const after = (at: Instant, delay: Millis): Instant => (at + delay) as Instant
export const between = (from: Instant, to: Instant): Millis => (to - from) as Millis
export const wallAfter = (at: WallTime, delay: Millis): WallTime => (at + delay) as WallTime
export const wallBetween = (from: WallTime, to: WallTime): Millis => (to - from) as Millis
export const clamp = (value: Millis, least: Millis, most: Millis): Millis =>
  Math.min(Math.max(value, least), most) as Millis

/** The earlier of two moments, where null means "never". */
export const earlier = (a: Instant | null, b: Instant | null): Instant | null =>
  a === null ? b : b === null || a <= b ? a : b
