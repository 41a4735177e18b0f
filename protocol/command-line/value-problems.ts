// What is wrong with a value although its shape is right: what no schema of a configuration can say.
import { gatewaySource } from '../ids.ts'
import { quoted, text } from '../text.ts'
import type { FieldPath, Problem } from './problems.ts'

/** Texts with half a character, as a YAML escape can make it: no message and no signature can carry one. */
export function halfCharacters(value: unknown, path: FieldPath = []): readonly Problem[] {
  if (typeof value === 'string') return halfCharacter(value, path)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    halfCharacters(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  )
}

function halfCharacter(value: string, path: FieldPath): readonly Problem[] {
  const [half] = value.match(/\p{Surrogate}/u) ?? []
  if (half === undefined) return []
  const written = `\\u${half.charCodeAt(0).toString(16)}`
  return [
    {
      path,
      found: text(`„${written}“, ein halbes Zeichen`, `“${written}”, half a character`),
      expected: text('nur ganze Zeichen', 'whole characters only'),
      whatToDo: text('Das Zeichen selbst in die Datei schreiben.', 'Write the character itself into the file.'),
    },
  ]
}

/** The one name that no device may have. */
export const reservedNames = (device: string, path: FieldPath): readonly Problem[] =>
  device !== gatewaySource
    ? []
    : [
        {
          path,
          found: quoted(device),
          expected: text(
            'ein anderer Name: so heißt die Zentrale selbst',
            'another name: this one is the gateway itself',
          ),
          whatToDo: text(
            'Das Gerät umbenennen, in device.yaml, gateway.yaml und seinem Zertifikat.',
            'Rename the device, in device.yaml, gateway.yaml and its certificate.',
          ),
        },
      ]
