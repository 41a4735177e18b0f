// What the edges of one button come to while somebody presses it: each edge in words, and whether a press was recognised by the same
// times as the device uses.
import type { Level } from '../../../hardware/lines.ts'
import { limits } from '../../../protocol/limits.ts'
import { type Text, text } from '../../../protocol/text.ts'
import { decimal } from './finding.ts'

export type PressWatch = {
  readonly button: string
  readonly confirmMs: number
  readonly level: Level
  /** First and latest edge of the movement under way; null: the contact rests open. */
  readonly movement: { readonly firstAt: number; readonly lastAt: number; readonly edges: number } | null
  readonly isPressed: boolean
}
export type Watched = { readonly watch: PressWatch; readonly said: readonly Text[] }

export const newWatch = (button: string, confirmMs: number): PressWatch => ({
  button,
  confirmMs,
  level: 'open',
  movement: null,
  isPressed: false,
})

/** @param at of the edge, monotonic milliseconds */
export function edgeSeen(watch: PressWatch, level: Level, at: number): Watched {
  const before = watch.movement
  const movement =
    before === null ? { firstAt: at, lastAt: at, edges: 1 } : { ...before, lastAt: at, edges: before.edges + 1 }
  return {
    watch: { ...watch, level, movement },
    said: [edgeText(watch.button, level, at - movement.firstAt, movement.edges)],
  }
}

/** Called often: finds out that the contact was closed for long enough, and that it has come to rest. */
export function timePassed(watch: PressWatch, now: number): Watched {
  const { movement, level, button, isPressed, confirmMs } = watch
  if (movement === null) return { watch, said: [] }
  const restMs = now - movement.lastAt
  const chattered = now - movement.firstAt >= limits.chatterMs && restMs < confirmMs
  if (!isPressed && ((level === 'closed' && restMs >= confirmMs) || chattered))
    return { watch: { ...watch, isPressed: true }, said: [pressedText(button)] }
  if (level === 'closed' || restMs < limits.releaseMs) return { watch, said: [] }
  return { watch: { ...watch, movement: null }, said: [restText(watch, movement)] }
}

/** Pressed, and let go again or held for so long that it stays so by itself. */
export function isDone({ isPressed, movement, level }: PressWatch, now: number): boolean {
  if (!isPressed) return false
  return movement === null || (level === 'closed' && now - movement.lastAt > latchMs)
}
const latchMs = 2000

/** Edges that no clean press would have: it has one that closes and one that opens. */
const bouncesOf = (edges: number): number => Math.max(0, edges - 2)

function edgeText(button: string, level: Level, sinceMs: number, edges: number): Text {
  const since = text(fixed(sinceMs, 'de'), fixed(sinceMs, 'en'))
  const bounces = edges > 2 ? text(`  Prellen ${bouncesOf(edges)}`, `  bounce ${bouncesOf(edges)}`) : text('', '')
  const word = level === 'closed' ? text('geschlossen', 'closed') : text('offen', 'open')
  return text(
    `${button}  +${since.de} ms  ${word.de}${bounces.de}`,
    `${button}  +${since.en} ms  ${word.en}${bounces.en}`,
  )
}

const pressedText = (button: string): Text => text(`${button}: Druck erkannt.`, `${button}: press recognised.`)

function restText({ button, isPressed, confirmMs }: PressWatch, movement: NonNullable<PressWatch['movement']>): Text {
  const held = decimal(movement.lastAt - movement.firstAt, 1)
  const bounces = bouncesOf(movement.edges)
  if (!isPressed)
    return text(
      `${button}: zu kurz, ${held.de} ms; ein Druck dauert mindestens ${confirmMs} ms. Noch einmal drücken.`,
      `${button}: too short, ${held.en} ms; a press takes at least ${confirmMs} ms. Press again.`,
    )
  return text(
    `${button}: ${held.de} ms lang, ${bounces === 0 ? 'ohne Prellen' : `${bounces}-mal geprellt`}.`,
    `${button}: for ${held.en} ms, ${bounces === 0 ? 'without bounce' : `bounced ${bounces} times`}.`,
  )
}

const fixed = (value: number, locale: string): string =>
  value.toLocaleString(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
