// The shape of a button in device.yaml, for each wiring.
import { type Static, Type } from 'typebox'
import { type WiringKind, wirings } from '../../protocol/contact.ts'
import type { ButtonId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { text } from '../../protocol/text.ts'
import { group, id, input, oneOf } from './configuration-fields.ts'

const buttonId = id<ButtonId>(
  'der Name des Tasters, wie ihn die Zentrale kennt',
  'the name of the button, as the gateway knows it',
)
const timing = {
  confirmMs: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: limits.confirmMsMax,
      meaning: text(
        `wie viele ms der Kontakt für einen Druck geschlossen sein muss, höchstens so viele, dass ein Druck von ${limits.promisedPressMs} ms sicher zählt; ohne Angabe ${limits.confirmMsDefault}`,
        `for how many ms the contact must be closed to be a press, at most so many that a press of ${limits.promisedPressMs} ms surely counts; ${limits.confirmMsDefault} if absent`,
      ),
    }),
  ),
  pattern: Type.Optional(
    oneOf(
      ['single', 'doublePress'],
      'ob ein zweiter Druck gleich nach dem ersten für sich zählt; ohne Angabe single',
      'whether a second press right after the first counts for itself; single if absent',
    ),
  ),
}
const wiring = <const Kind extends WiringKind>(kinds: readonly Kind[]) =>
  oneOf(kinds, 'wie der Taster beschaltet ist', 'how the button is wired')
const latching = Type.Optional(
  Type.Boolean({
    meaning: text(
      'true für einen Taster, der eingerastet bleibt, bis ihn sein Schlüssel zurückstellt, sonst false',
      'true for a button that stays pressed until its key resets it, else false',
    ),
  }),
)
const cutWireIs = Type.Optional(
  oneOf(
    ['alarm', 'fault'],
    'was ein offener Stromkreis bedeutet, solange er offen bleibt; ohne Angabe alarm',
    'what an open circuit means as long as it stays open; alarm if absent',
  ),
)

/** What may stand in the entry of a button depends on its wiring: a mistake is told by that wiring alone. */
export const buttonShapes = {
  normallyOpen: group('ein Taster mit Schließer', 'a button with a normally open contact', {
    id: buttonId,
    wiring: Type.Optional(wiring(['normallyOpen'])),
    ...input,
    ...timing,
    latching,
  }),
  normallyClosed: group('ein Taster mit Öffner', 'a button with a normally closed contact', {
    id: buttonId,
    wiring: wiring(['normallyClosed']),
    ...input,
    cutWireIs,
    ...timing,
    latching,
  }),
  antivalent: group('ein Taster mit Schließer und Öffner', 'a button with a contact of each kind', {
    id: buttonId,
    wiring: wiring(['antivalent']),
    normallyOpen: group('der Kontakt, den ein Druck schließt', 'the contact that a press closes', input),
    normallyClosed: group('der Kontakt, den ein Druck öffnet', 'the contact that a press opens', input),
    ...timing,
    latching,
  }),
  twoHand: group('ein Taster für zwei Hände', 'a button for two hands', {
    id: buttonId,
    wiring: wiring(['twoHand']),
    first: group('der Kontakt für die eine Hand', 'the contact for one hand', input),
    second: group('der Kontakt für die andere Hand', 'the contact for the other hand', input),
    ...timing,
  }),
} as const satisfies Record<WiringKind, object>
/** For an entry whose wiring is none of these. */
export const buttonOfUnknownWiring = Type.Object({ wiring: wiring(wirings) })
export type ButtonFile = Static<(typeof buttonShapes)[WiringKind]>
