// Times as people read them: an age counts in words with units, a moment says its day unless that is today.
import type { Language } from '../../../protocol/text.ts'
import type { WallTime } from '../../../protocol/time.ts'

const two = (value: number): string => String(value).padStart(2, '0')
const dayWords = { de: ['Tag', 'Tagen'], en: ['day', 'days'] } as const

/** "42 s", "3 min 05 s", "2 h 07 min", "3 Tagen": as it stands after "vor" or before "ago". A negative age counts as none. */
export function formatAge(ms: number, language: Language): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const days = Math.floor(hours / 24)
  if (minutes < 1) return `${seconds} s`
  if (hours < 1) return `${minutes} min ${two(seconds % 60)} s`
  if (days < 1) return `${hours} h ${two(minutes % 60)} min`
  return `${days} ${dayWords[language][days === 1 ? 0 : 1]}`
}

const locales = { de: 'de-DE', en: 'en-GB' } as const
const clock = { hour: '2-digit', minute: '2-digit' } as const
const clockWithSeconds = { ...clock, second: '2-digit' } as const
const day = { weekday: 'short', day: '2-digit', month: '2-digit', year: 'numeric' } as const

const formats = new Map<string, Intl.DateTimeFormat>()
function format(language: Language, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${name}`
  const known = formats.get(key)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat(locales[language], options)
  formats.set(key, made)
  return made
}

/** "14:32:05" */
export const formatClock = (at: WallTime, language: Language): string =>
  format(language, 'clock', clockWithSeconds).format(at)

/** "14:32" today, "Fr., 21.11.2025, 14:32" on any other day. */
export const formatMoment = (at: WallTime, now: WallTime, language: Language): string =>
  isSameDay(at, now)
    ? format(language, 'moment', clock).format(at)
    : format(language, 'day', { ...day, ...clock }).format(at)

/** The same to the second. */
export const formatExactly = (at: WallTime, now: WallTime, language: Language): string =>
  isSameDay(at, now)
    ? formatClock(at, language)
    : format(language, 'second', { ...day, ...clockWithSeconds }).format(at)

const isSameDay = (at: WallTime, now: WallTime): boolean => new Date(at).toDateString() === new Date(now).toDateString()

/** "Freitag, 21. November 2025" */
const formatDay = (at: WallTime, language: Language): string =>
  format(language, 'long', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(at)

type Day<Entry> = { readonly day: string; readonly entries: readonly Entry[] }

/** What happened in turn, under the date of each day: a time of day alone would say the wrong day after midnight. */
export function byDay<Entry extends { readonly at: WallTime }>(
  entries: readonly Entry[],
  language: Language,
): readonly Day<Entry>[] {
  const days: { day: string; entries: Entry[] }[] = []
  for (const entry of entries) {
    const day = formatDay(entry.at, language)
    const last = days.at(-1)
    if (last?.day === day) last.entries.push(entry)
    else days.push({ day, entries: [entry] })
  }
  return days
}
