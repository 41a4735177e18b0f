// Why a value breaks its schema: in English as TypeBox says it, and the same in German.
import { type Text, text } from './text.ts'

export type SchemaError = {
  readonly keyword: string
  readonly instancePath: string
  readonly message: string
  readonly params: object
}

/** For the middle of a sentence, behind the name of the field. It repeats nothing of the value. */
export function schemaReason(error: SchemaError | undefined): Text {
  if (error === undefined) return text('ist ungültig', 'is invalid')
  const { keyword, message, params } = error
  const german = words[keyword]
  return text(german === undefined ? 'entspricht nicht dem Schema' : german(name => wordOf(params, name)), message)
}

/** What the schema asks for. */
function wordOf(params: object, name: string): string {
  const value: unknown = Reflect.get(params, name)
  return Array.isArray(value) ? value.join(', ') : String(value)
}

const words: Readonly<Record<string, (param: (name: string) => string) => string>> = {
  additionalProperties: () => 'hat Felder, die nicht im Schema stehen',
  boolean: () => 'steht nicht im Schema',
  const: () => 'ist nicht der eine erlaubte Wert',
  enum: () => 'ist keiner der erlaubten Werte',
  maximum: param => `darf höchstens ${param('limit')} sein`,
  maxItems: param => `darf höchstens ${param('limit')} Einträge haben`,
  maxLength: param => `darf höchstens ${param('limit')} Zeichen haben`,
  minimum: param => `muss mindestens ${param('limit')} sein`,
  minLength: param => `muss mindestens ${param('limit')} Zeichen haben`,
  pattern: param => `entspricht nicht dem Muster ${param('pattern')}`,
  required: param => `es fehlt: ${param('requiredProperties')}`,
  type: param => `ist nicht vom Typ ${param('type')}`,
}
