// What the edges of one button come to while somebody presses it: each edge in words, and whether that was a press, by the very rules
// of the device (core/wiring.ts). A button with two contacts is recognised only if the press moves both.
import type { Level } from '../../../hardware/lines.ts'
import { assert } from '../../../protocol/assert.ts'
import { limits } from '../../../protocol/limits.ts'
import { type Text, text } from '../../../protocol/text.ts'
import { between, type Instant } from '../../../protocol/time.ts'
import { type Circuit, isHeld, type Line, type LineId, levelOf, lineOf, unseenCircuit } from '../../core/circuit.ts'
import type { TimeSource } from '../../core/debounce.ts'
import { edgeOnLine, lineRead, timeOnLines } from '../../core/wiring.ts'
import { type ButtonSettings, contactName } from '../configuration-buttons.ts'
import { decimal } from './finding.ts'

export type PressWatch = {
  readonly button: ButtonSettings
  readonly circuit: Circuit
  /** Of each contact that does not rest. */
  readonly movements: ReadonlyMap<LineId, Movement>
  readonly isPressed: boolean
}
/** From its first edge on. wasHeld: long enough to be a press, as far as this contact goes. */
type Movement = {
  readonly firstAt: Instant
  readonly lastAt: Instant
  readonly edges: number
  readonly wasHeld: boolean
}
export type Watched = { readonly watch: PressWatch; readonly said: readonly Text[] }

/** A contact that stays as pressed for this long may be one that only a key releases. */
const latchMs = 2000

/** Its contacts are taken to be as nobody touches them. */
export function newWatch(button: ButtonSettings, at: Instant): PressWatch {
  const unseen = unseenCircuit(button, at)
  const circuit = button.inputs.reduce(
    (next, { line, atRest }) => lineRead(next, found(next, line), atRest, at).circuit,
    unseen,
  )
  return { button, circuit, movements: new Map(), isPressed: false }
}

export function edgeSeen(watch: PressWatch, id: LineId, level: Level, at: Instant, timeSource: TimeSource): Watched {
  const before = watch.movements.get(id) ?? { firstAt: at, lastAt: at, edges: 0, wasHeld: false }
  const movement = { ...before, lastAt: at, edges: before.edges + 1 }
  const { circuit, findings } = edgeOnLine(watch.circuit, found(watch.circuit, id), level, at, timeSource)
  const moved = { ...watch, circuit, movements: new Map([...watch.movements, [id, movement]]) }
  const edge = edgeText(nameIn(watch, id), level, between(movement.firstAt, at), movement.edges)
  const next = judged(moved, findings.some(isPress))
  return { watch: next.watch, said: [edge, ...next.said] }
}

/** Called often: finds out that contacts were held for long enough, and that they have come to rest. */
export function timePassed(watch: PressWatch, now: Instant): Watched {
  if (watch.movements.size === 0) return { watch, said: [] }
  const { circuit, findings } = timeOnLines(watch.circuit, now)
  const { watch: next, said } = judged({ ...watch, circuit }, findings.some(isPress))
  const rested = [...next.movements].filter(([id, { lastAt }]) => isAtRest(next, id, between(lastAt, now)))
  const moving = [...next.movements].filter(([id]) => !rested.some(([other]) => other === id))
  return {
    watch: { ...next, movements: new Map(moving) },
    said: [...said, ...rested.map(([id, movement]) => restText(next, id, movement))],
  }
}

/** Pressed, and let go again or held for so long that it stays so by itself. */
export const isDone = ({ isPressed, movements, circuit }: PressWatch, now: Instant): boolean =>
  isPressed && [...movements].every(([id, { lastAt }]) => isHeld(found(circuit, id)) && between(lastAt, now) > latchMs)

const isPress = ({ kind }: { readonly kind: string }): boolean => kind === 'pressed'

function judged(watch: PressWatch, pressed: boolean): Watched {
  const movements = [...watch.movements].map(([id, movement]): [LineId, Movement] => [
    id,
    { ...movement, wasHeld: movement.wasHeld || isHeld(found(watch.circuit, id)) },
  ])
  const next = { ...watch, movements: new Map(movements), isPressed: watch.isPressed || pressed }
  return { watch: next, said: pressed && !watch.isPressed ? [pressedText(watch)] : [] }
}

function isAtRest({ circuit }: PressWatch, id: LineId, stillMs: number): boolean {
  const line = found(circuit, id)
  return levelOf(line) !== line.pressed && stillMs >= circuit.timing.releaseMs
}

function found(circuit: Circuit, id: LineId): Line {
  const line = lineOf(circuit, id)
  assert(line !== undefined, 'whose edges are watched is a contact of the button')
  return line
}

function nameIn({ button }: PressWatch, id: LineId): string {
  const input = button.inputs.find(({ line }) => line === id)
  return input === undefined ? id : contactName(button, input)
}

/** Edges that no clean press would have: it has one that begins it and one that ends it. */
const bouncesOf = (edges: number): number => Math.max(0, edges - 2)

function edgeText(name: string, level: Level, sinceMs: number, edges: number): Text {
  const since = text(fixed(sinceMs, 'de'), fixed(sinceMs, 'en'))
  const bounces = edges > 2 ? text(`  Prellen ${bouncesOf(edges)}`, `  bounce ${bouncesOf(edges)}`) : text('', '')
  const word = level === 'closed' ? text('geschlossen', 'closed') : text('offen', 'open')
  return text(`${name}  +${since.de} ms  ${word.de}${bounces.de}`, `${name}  +${since.en} ms  ${word.en}${bounces.en}`)
}

const pressedText = ({ button }: PressWatch): Text =>
  text(`${button.id}: Druck erkannt.`, `${button.id}: press recognised.`)

function restText(watch: PressWatch, id: LineId, movement: Movement): Text {
  const name = nameIn(watch, id)
  const held = decimal(between(movement.firstAt, movement.lastAt), 1)
  const { confirmMs } = watch.circuit.timing
  if (!movement.wasHeld)
    return text(
      `${name}: zu kurz, ${held.de} ms; ein Druck dauert mindestens ${confirmMs} ms. Noch einmal drücken.`,
      `${name}: too short, ${held.en} ms; a press takes at least ${confirmMs} ms. Press again.`,
    )
  const bounces = bouncesOf(movement.edges)
  const how = text(
    `${name}: ${held.de} ms lang, ${bounces === 0 ? 'ohne Prellen' : `${bounces}-mal geprellt`}.`,
    `${name}: for ${held.en} ms, ${bounces === 0 ? 'without bounce' : `bounced ${bounces} times`}.`,
  )
  if (watch.isPressed) return how
  const { de, en } = watch.circuit.wiring.kind === 'twoHand' ? oneHand : alone
  return text(`${how.de} ${de}`, `${how.en} ${en}`)
}

const alone = text(
  'Ein Druck bewegt beide Kontakte, dieser blieb allein. Verdrahtung prüfen und noch einmal drücken.',
  'A press moves both contacts, this one stayed alone. Check the wiring and press again.',
)
const oneHand = text(
  `Beide Kontakte müssen innerhalb von ${limits.twoHandMs} ms gedrückt werden. Noch einmal mit beiden Händen drücken.`,
  `Both contacts must be pressed within ${limits.twoHandMs} ms. Press again, with both hands.`,
)

const fixed = (value: number, locale: string): string =>
  value.toLocaleString(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
