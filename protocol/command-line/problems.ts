// How a mistake in a configuration is told: file and line, field, what was found, what is expected, what to do.
import { clipped, quoted, same, type Text, text } from '../text.ts'
import { systemReason } from './system-reason.ts'

/** Keys and list positions from the top of a file to a value. */
export type FieldPath = readonly (string | number)[]

export type Problem = {
  readonly path: FieldPath
  readonly found: Text
  readonly expected: Text
  readonly whatToDo: Text
}

/** @param error of the system, when the file was read. */
export function unreadableText(path: string, error: unknown): Text {
  const reason = systemReason(error)
  return text(
    `Die Konfiguration ${path} ist nicht lesbar: ${reason.de}. Mit --config die richtige Datei nennen.`,
    `The configuration ${path} cannot be read: ${reason.en}. Name the right file with --config.`,
  )
}

/** @param place of the field, such as `gateway.yaml:12`. @returns `gateway.yaml:12: devices[1].site: found “x”, expected …. Do this.` */
export function problemText(place: string, { path, found, expected, whatToDo }: Problem): Text {
  const where = path.length === 0 ? place : `${place}: ${fieldText(path)}`
  return text(
    `${where}: gefunden: ${found.de}; erwartet: ${expected.de}. ${whatToDo.de}`,
    `${where}: found ${found.en}, expected ${expected.en}. ${whatToDo.en}`,
  )
}

export function fieldText(path: FieldPath): string {
  return path.map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`)).join('')
}

export const foundNothing = text('nichts', 'nothing')

/** A found value in words; long ones are cut. */
export function foundText(value: unknown): Text {
  if (value === undefined || value === null) return foundNothing
  if (Array.isArray(value))
    return value.length === 0 ? text('eine leere Liste', 'an empty list') : text('eine Liste', 'a list')
  if (typeof value === 'object') return text('eine Gruppe von Feldern', 'a group of fields')
  const shown = String(value)
  return typeof value === 'string' ? quoted(shown.length > 60 ? `${clipped(shown, 60)}…` : shown) : same(shown)
}

export const foundTwice = (what: Text): Pick<Problem, 'found' | 'expected'> => ({
  found: text(`${what.de} zum zweiten Mal`, `${what.en} a second time`),
  expected: text('nur einmal', 'each one once'),
})

/** The question whether a known name was meant; without one that is near, what else to do. */
export function didYouMean(name: string, known: readonly string[], otherwise: Text): Text {
  const meant = nearest(name, known)
  return meant === null ? otherwise : text(`Ist „${meant}“ gemeint?`, `Did you mean “${meant}”?`)
}

/** The known name that is nearest to a misspelt one, if any is near. */
function nearest(name: string, known: readonly string[]): string | null {
  const ranked = known
    .map(candidate => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best !== undefined && best.distance <= Math.max(2, Math.floor(name.length / 3)) ? best.candidate : null
}

/** Levenshtein: letters to insert, delete or change. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries())
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)))
    row = next
  }
  return row[b.length] ?? 0
}
