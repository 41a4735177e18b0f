// What became of a press, in one or two plain sentences: where it was, and how the contact moved, so that people can tell a press
// from a contact that bounced, chattered or was stuck.
import { assertNever } from '../../protocol/assert.ts'
import type { ContactReport } from '../../protocol/contact.ts'
import type { Language } from '../../protocol/faults.ts'
import { type Millis, seconds } from '../../protocol/time.ts'
import type { GatewayRecord } from '../core/model.ts'
import { ageText } from '../core/wording.ts'
import type { Text } from './timeline.ts'

type RecordOf<Kind extends GatewayRecord['kind']> = Extract<GatewayRecord, { kind: Kind }>
type PressRecord = RecordOf<'alarmRaised' | 'pressRepeated' | 'pressReleased' | 'pressDuplicated'>

export function pressText(record: PressRecord): Text {
  switch (record.kind) {
    case 'alarmRaised':
      return alarmRaised(record)
    case 'pressRepeated':
      return joined(
        { de: 'Der Taster wurde noch einmal gedrückt.', en: 'The button was pressed again.' },
        contactText(record.message.contact),
      )
    case 'pressReleased':
      return {
        de: `Der Taster wurde nach ${heldText('de', record.heldMs)} losgelassen.`,
        en: `The button was let go after ${heldText('en', record.heldMs)}.`,
      }
    case 'pressDuplicated':
      return {
        de: 'Das Gerät hat dieselbe Betätigung noch einmal gesendet. Es entstand kein neuer Alarm.',
        en: 'The device sent the same press again. No new alarm was raised.',
      }
    default:
      return assertNever(record)
  }
}

function alarmRaised({ alarmKind, place, late, contact }: RecordOf<'alarmRaised'>): Text {
  const where = [place.site, place.zone, place.room, place.button].filter(part => part !== '').join(', ')
  const what = alarmKind === 'test' ? { de: 'Probealarm', en: 'Test alarm' } : { de: 'Alarm', en: 'Alarm' }
  const raised = { de: `${what.de} ausgelöst: ${where}.`, en: `${what.en} raised: ${where}.` }
  const delay = { de: 'Er ist verspätet eingetroffen.', en: 'It arrived late.' }
  return joined(raised, ...(late ? [delay] : []), contactText(contact))
}

const joined = (...texts: readonly Text[]): Text => ({
  de: texts.map(({ de }) => de).join(' '),
  en: texts.map(({ en }) => en).join(' '),
})

function contactText(contact: ContactReport): Text {
  const how = movementText(contact)
  const stamp = stampText[contact.timeSource]
  return { de: `${how.de} (${stamp.de}).`, en: `${how.en} (${stamp.en}).` }
}

/** How long a button was held: exact where it tells a press from a knock. */
function heldText(language: Language, held: Millis): string {
  if (held < seconds(1)) return `${held} ms`
  if (held >= seconds(10)) return ageText(language, held)
  const text = `${(held / 1000).toFixed(1)} s`
  return language === 'de' ? text.replace('.', ',') : text
}

function movementText(contact: ContactReport): Text {
  const { edges, heldMs } = contact
  switch (contact.confirmedBy) {
    case 'held':
      return edges === 0 ? words.unheard : steadyText(contact)
    case 'pulse':
      return steadyText(contact)
    case 'chatter':
      return {
        de: `Der Kontakt flatterte: ${edges} Wechsel in ${heldMs} ms, ohne zur Ruhe zu kommen`,
        en: `The contact chattered: ${edges} changes in ${heldMs} ms without settling`,
      }
    case 'heldAtStart':
      return words.atStart
    case 'release':
      return {
        de: `Gedrückt und nach ${heldText('de', heldMs)} losgelassen: keine unterbrochene Leitung`,
        en: `Pressed and let go after ${heldText('en', heldMs)}: not a cut wire`,
      }
    default:
      return assertNever(contact.confirmedBy)
  }
}

function steadyText({ wiring, edges, heldMs }: ContactReport): Text {
  const by = proofText[wiring]
  const isClean = edges <= (by === null ? 1 : 2)
  const bounce: Text = isClean
    ? { de: 'ohne Prellen', en: 'without bounce' }
    : { de: `mit Prellen (${edges} Wechsel)`, en: `with bounce (${edges} changes)` }
  return {
    de: `Gedrückt ${bounce.de}, nach ${heldMs} ms ${by === null ? '' : `${by.de} `}bestätigt`,
    en: `Pressed ${bounce.en}, confirmed ${by === null ? '' : `${by.en} `}after ${heldMs} ms`,
  }
}

/** Null: by its only contact. */
const proofText: Readonly<Record<ContactReport['wiring'], Text | null>> = {
  normallyOpen: null,
  normallyClosed: null,
  antivalent: { de: 'von beiden Kontakten', en: 'by both contacts' },
  twoHand: { de: 'von beiden Händen', en: 'by both hands' },
}

const stampText: Readonly<Record<ContactReport['timeSource'], Text>> = {
  kernel: { de: 'Zeitpunkt vom Kernel', en: 'time from the kernel' },
  arrival: { de: 'Zeitpunkt vom Programm', en: 'time from the program' },
}

const words = {
  unheard: {
    de: 'Beim Nachsehen gedrückt gefunden, ohne dass ein Impuls ankam',
    en: 'Found pressed on looking, without an edge',
  },
  atStart: { de: 'Schon beim Start des Geräts gedrückt', en: 'Already pressed when the device started' },
} as const
