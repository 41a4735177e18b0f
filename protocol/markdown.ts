// Pieces of Markdown: tables, code, and the members of a JSON schema in rows.
import { faultCodes } from './faults.ts'

/** As much of JSON Schema as the messages use. */
export type Schema = {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly description?: string
  readonly maxLength?: number
  readonly maxItems?: number
}

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.map(cell).join(' | ')} |`).join('\n')
const cell = (text: string): string => text.replaceAll('|', '\\|')
export const code = (text: string): string => `\`${text}\``
export const block = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``

/** One row for each member, with those of its objects and arrays below it: name, type, meaning. */
export function members(schema: Schema, path: string): readonly (readonly string[])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const optional = schema.required?.includes(name) === true ? '' : ' (optional)'
    const row = [code(path + name), typeOf(member) + optional, member.description ?? '']
    return [row, ...members(member, `${path}${name}.`), ...members(member.items ?? {}, `${path}${name}[].`)]
  })
}

function typeOf(schema: Schema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' or ')
  if (schema.const !== undefined) return code(JSON.stringify(schema.const))
  if (schema.enum?.length === faultCodes.length) return 'a code of the fault table'
  if (schema.enum !== undefined) return schema.enum.map(value => code(String(value))).join(' ')
  if (schema.maxLength !== undefined) return `string ≤ ${schema.maxLength}`
  if (schema.maxItems !== undefined) return `array ≤ ${schema.maxItems}`
  return schema.type ?? ''
}
