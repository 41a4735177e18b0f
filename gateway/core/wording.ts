// The sentence that a person reads or hears: short, plain, in the language of the site.
import { faults } from '../../protocol/faults.ts'
import { limits } from '../../protocol/limits.ts'
import type { AlarmKind, AlarmState, NotificationReason, Place } from '../../protocol/messages.ts'
import { clipped, type Language } from '../../protocol/text.ts'
import { type Millis, millis } from '../../protocol/time.ts'
import type { ActiveFault } from './durable.ts'

export type AlarmFacts = {
  readonly kind: AlarmKind
  readonly place: Place
  readonly state: AlarmState
  readonly reason: NotificationReason
  readonly presses: number
  /** Null: nobody knows it. */
  readonly age: Millis | null
  readonly late: boolean
  /** Who took or closed it, by name; null: nobody did. */
  readonly by: string | null
}

const textLengthMax = 400
const minuteMs = millis(60_000)

/** One or two sentences about an alarm, at most 400 characters. */
export function alarmText(language: Language, facts: AlarmFacts): string {
  const words = alarmWords[language]
  const place = facts.place
  const where = `${place.room} (${place.button}), ${place.zone}, ${place.site}`
  if (facts.reason === 'takenOver') return limited(words.takenOver(words.name[facts.kind], where, facts.by))
  if (facts.reason === 'closed') return limited(words.closed(words.name[facts.kind], where, facts.by))
  const parts = [
    `${words.name[facts.kind]}: ${where}.`,
    pressText(language, facts),
    facts.state === 'acknowledged' ? words.taken(facts.by) : '',
    facts.state === 'unanswered' ? words.unanswered : '',
  ]
  return limited(parts.filter(part => part !== '').join(' '))
}

/** When and how often it was pressed, unless that is once and just now: no telling makes an old press look fresh [S9]. */
function pressText(language: Language, { age, late, presses }: AlarmFacts): string {
  const words = alarmWords[language]
  const ago = age === null ? null : ageText(language, age)
  const often = presses > 1 ? words.presses(presses) : ''
  if (late) return `${ago === null ? words.lateUnknown : words.late(ago)} ${often}`.trimEnd()
  if (age === null || ago === null || age <= limits.lateMs) return often
  return presses > 1 ? words.pressesSince(presses, ago) : words.pressed(ago)
}

/** What is wrong where, and what to do; or that it is over. */
export function faultText(language: Language, fault: ActiveFault, where: string, change: 'raised' | 'cleared'): string {
  const row = faults[fault.code]
  const detail = fault.detail[language] === '' ? '' : ` (${fault.detail[language]})`
  const what = `${where}: ${row.text[language]}${detail}`
  return change === 'cleared'
    ? limited(`${faultWords[language].over} ${what}`)
    : limited(`${faultWords[language].fault} ${what} ${row.whatToDo[language]}`)
}

/** For many faults at once. */
export const faultSummary = (language: Language, change: 'raised' | 'cleared', count: number): string =>
  faultWords[language].many[change](count)

/** A duration as people say it: seconds below two minutes, minutes below two hours, hours above. */
export function ageText(language: Language, age: Millis): string {
  const words = ageWords[language]
  if (age < 2 * minuteMs) return words.seconds(Math.floor(age / 1000))
  if (age < 120 * minuteMs) return words.minutes(Math.floor(age / minuteMs))
  return words.hours(Math.floor(age / (60 * minuteMs)))
}

function limited(text: string): string {
  const whole = clipped(text, textLengthMax)
  return whole.length === text.length ? whole : `${clipped(text, textLengthMax - 1)}…`
}

const alarmWords = {
  de: {
    name: { alarm: 'Stiller Alarm', test: 'Probealarm' },
    late: (age: string) => `Verspätet eingetroffen, gedrückt vor ${age}.`,
    lateUnknown:
      'Verspätet eingetroffen, nach einem Neustart des Geräts; wann gedrückt wurde, ist nicht genau bekannt.',
    pressed: (age: string) => `Gedrückt vor ${age}.`,
    presses: (count: number) => `${count}-mal gedrückt.`,
    pressesSince: (count: number, age: string) => `${count}-mal gedrückt, zuerst vor ${age}.`,
    taken: (by: string | null) => (by === null ? 'Bereits übernommen.' : `Übernommen von ${by}.`),
    unanswered: 'Noch niemand hat übernommen!',
    takenOver: (name: string, where: string, by: string | null) => `${name} ${where}: übernommen von ${by ?? '–'}.`,
    closed: (name: string, where: string, by: string | null) =>
      by === null ? `${name} ${where}: abgeschlossen.` : `${name} ${where}: abgeschlossen von ${by}.`,
  },
  en: {
    name: { alarm: 'Silent alarm', test: 'Test alarm' },
    late: (age: string) => `Arrived late, pressed ${age} ago.`,
    lateUnknown: 'Arrived late, after a restart of the device; when it was pressed is not known exactly.',
    pressed: (age: string) => `Pressed ${age} ago.`,
    presses: (count: number) => `Pressed ${count} times.`,
    pressesSince: (count: number, age: string) => `Pressed ${count} times, first ${age} ago.`,
    taken: (by: string | null) => (by === null ? 'Already taken.' : `Taken by ${by}.`),
    unanswered: 'Nobody has taken it yet!',
    takenOver: (name: string, where: string, by: string | null) => `${name} ${where}: taken by ${by ?? '–'}.`,
    closed: (name: string, where: string, by: string | null) =>
      by === null ? `${name} ${where}: closed.` : `${name} ${where}: closed by ${by}.`,
  },
} as const

const faultWords = {
  de: {
    fault: 'Störung',
    over: 'Störung beendet',
    many: {
      raised: (count: number) => `${count} Störungen auf einmal. Bitte die Konsole öffnen.`,
      cleared: (count: number) => `${count} Störungen beendet.`,
    },
  },
  en: {
    fault: 'Fault',
    over: 'Fault over',
    many: {
      raised: (count: number) => `${count} faults at once. Please open the console.`,
      cleared: (count: number) => `${count} faults over.`,
    },
  },
} as const

const ageWords = {
  de: {
    seconds: (count: number) => (count === 1 ? '1 Sekunde' : `${count} Sekunden`),
    minutes: (count: number) => `${count} Minuten`,
    hours: (count: number) => `${count} Stunden`,
  },
  en: {
    seconds: (count: number) => (count === 1 ? '1 second' : `${count} seconds`),
    minutes: (count: number) => `${count} minutes`,
    hours: (count: number) => `${count} hours`,
  },
} as const
