// What became of a press, in one or two plain sentences: where it was, and how the contact moved, so that people can tell a press
// from a contact that bounced, chattered or was stuck.
import { assertNever } from '../../protocol/assert.ts'
import type { ContactReport } from '../../protocol/contact.ts'
import { type Language, type Text, text } from '../../protocol/text.ts'
import { type Millis, millis, wallBetween } from '../../protocol/time.ts'
import { isAgeKnown, isLate } from '../core/lateness.ts'
import type { GatewayRecord } from '../core/record-types.ts'
import { ageText } from '../core/wording.ts'

type RecordOf<Kind extends GatewayRecord['kind']> = Extract<GatewayRecord, { kind: Kind }>
type PressRecord = RecordOf<'alarmRaised' | 'pressRepeated' | 'pressReleased' | 'pressDuplicated'>

export function pressText(record: PressRecord): Text {
  switch (record.kind) {
    case 'alarmRaised':
      return alarmRaised(record)
    case 'pressRepeated':
      return joined(
        text('Der Taster wurde noch einmal gedrückt.', 'The button was pressed again.'),
        ...(isLate(record.message) ? [lateText(record, 'Das')] : []),
        contactText(record.message.contact),
      )
    case 'pressReleased':
      return text(
        `Der Taster wurde nach ${heldText('de', record.heldMs)} losgelassen.`,
        `The button was let go after ${heldText('en', record.heldMs)}.`,
      )
    case 'pressDuplicated':
      return text(
        'Das Gerät hat dieselbe Betätigung noch einmal gesendet. Es entstand kein neuer Alarm.',
        'The device sent the same press again. No new alarm was raised.',
      )
    default:
      return assertNever(record)
  }
}

function alarmRaised(record: RecordOf<'alarmRaised'>): Text {
  const { alarmKind, place, late, contact } = record
  const where = [place.site, place.zone, place.room, place.button].filter(part => part !== '').join(', ')
  const what = alarmKind === 'test' ? text('Probealarm', 'Test alarm') : text('Alarm', 'Alarm')
  const raised = text(`${what.de} ausgelöst: ${where}.`, `${what.en} raised: ${where}.`)
  return joined(raised, ...(late ? [lateText(record, 'Er')] : []), contactText(contact))
}

/** The line stands at the time of arrival: it says when the press was, as far as that is known [S9]. */
function lateText({ at, pressedAt, message }: RecordOf<'alarmRaised' | 'pressRepeated'>, what: 'Er' | 'Das'): Text {
  if (!isAgeKnown(message))
    return text(
      `${what} ist verspätet eingetroffen, nach einem Neustart des Geräts; wann gedrückt wurde, ist nicht genau bekannt.`,
      'It arrived late, after a restart of the device; when it was pressed is not known exactly.',
    )
  const age = wallBetween(pressedAt, at)
  return text(
    `${what} ist verspätet eingetroffen, gedrückt ${ageText('de', age)} vorher.`,
    `It arrived late, pressed ${ageText('en', age)} before.`,
  )
}

const joined = (...texts: readonly Text[]): Text => ({
  de: texts.map(({ de }) => de).join(' '),
  en: texts.map(({ en }) => en).join(' '),
})

function contactText(contact: ContactReport): Text {
  const how = movementText(contact)
  const stamp = stampText[contact.timeSource]
  return text(`${how.de} (${stamp.de}).`, `${how.en} (${stamp.en}).`)
}

/** How long a button was held: exact where it tells a press from a knock. */
function heldText(language: Language, held: Millis): string {
  if (held < millis(1000)) return `${held} ms`
  if (held >= millis(10_000)) return ageText(language, held)
  const seconds = (held / 1000).toFixed(1)
  return language === 'de' ? `${seconds.replace('.', ',')} s` : `${seconds} s`
}

function movementText(contact: ContactReport): Text {
  const { edges, heldMs } = contact
  switch (contact.confirmedBy) {
    case 'held':
      return edges === 0 ? words.unheard : steadyText(contact)
    case 'pulse':
      return steadyText(contact)
    case 'chatter':
      return text(
        `Der Kontakt flatterte: ${edges} Wechsel in ${heldMs} ms, ohne zur Ruhe zu kommen`,
        `The contact chattered: ${edges} changes in ${heldMs} ms without settling`,
      )
    case 'heldAtStart':
      return words.atStart
    case 'release':
      return text(
        `Gedrückt und nach ${heldText('de', heldMs)} losgelassen: keine unterbrochene Leitung`,
        `Pressed and let go after ${heldText('en', heldMs)}: not a cut wire`,
      )
    default:
      return assertNever(contact.confirmedBy)
  }
}

function steadyText({ wiring, edges, heldMs }: ContactReport): Text {
  const by = proofText[wiring]
  const isClean = edges <= (by === null ? 1 : 2)
  const bounce: Text = isClean
    ? text('ohne Prellen', 'without bounce')
    : text(`mit Prellen (${edges} Wechsel)`, `with bounce (${edges} changes)`)
  return text(
    `Gedrückt ${bounce.de}, nach ${heldMs} ms ${by === null ? '' : `${by.de} `}bestätigt`,
    `Pressed ${bounce.en}, confirmed ${by === null ? '' : `${by.en} `}after ${heldMs} ms`,
  )
}

/** Null: by its only contact. */
const proofText: Readonly<Record<ContactReport['wiring'], Text | null>> = {
  normallyOpen: null,
  normallyClosed: null,
  antivalent: text('von beiden Kontakten', 'by both contacts'),
  twoHand: text('von beiden Händen', 'by both hands'),
}

const stampText: Readonly<Record<ContactReport['timeSource'], Text>> = {
  kernel: text('Zeitpunkt vom Kernel', 'time from the kernel'),
  arrival: text('Zeitpunkt vom Programm', 'time from the program'),
}

const words = {
  unheard: text(
    'Beim Nachsehen gedrückt gefunden, ohne dass ein Impuls ankam',
    'Found pressed on looking, without an edge',
  ),
  atStart: text('Schon beim Start des Geräts gedrückt', 'Already pressed when the device started'),
} as const
