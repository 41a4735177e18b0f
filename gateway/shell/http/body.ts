// What is sent must have the shape of the contract; what has not is refused with the field, in both languages.
import type { FastifyRequest } from 'fastify'
import { Compile } from 'typebox/compile'
import type { TLocalizedValidationError } from 'typebox/error'
import { CloseRequest, IncidentRequest, LoginRequest, SeenRequest, TestRequest } from '../../../protocol/console.ts'
import type { Language } from '../../../protocol/faults.ts'
import { badField, type Refusal, refusals } from './problems.ts'

/** The checks of everything that is sent, made once. */
export const checks = {
  login: Compile(LoginRequest),
  close: Compile(CloseRequest),
  incident: Compile(IncidentRequest),
  seen: Compile(SeenRequest),
  test: Compile(TestRequest),
}

type Check<Value> = {
  Check: (value: unknown) => value is Value
  Errors: (value: unknown) => readonly TLocalizedValidationError[]
}

/** The body of a request, checked. @throws Refusal 400 that names the field. */
export function bodyOf<Value>(check: Check<Value>, request: FastifyRequest): Value {
  const body: unknown = request.body
  if (check.Check(body)) return body
  // A member that is not wanted is first reported as a schema that is false; the report that names it comes after.
  throw complaint(check.Errors(body).find(({ keyword }) => keyword !== 'boolean'))
}

function complaint(error: TLocalizedValidationError | undefined): Refusal {
  if (error?.keyword === 'required')
    return badField(error.params.requiredProperties[0] ?? '', why('fehlt', 'is missing'))
  if (error?.keyword === 'additionalProperties')
    return badField(error.params.additionalProperties[0] ?? '', why('ist hier unbekannt', 'is unknown here'))
  const field = (error?.instancePath ?? '').split('/').slice(1).join('.')
  return error === undefined || field === '' ? refusals.noObject() : badField(field, wrongValue(error))
}

function wrongValue(error: TLocalizedValidationError): Readonly<Record<Language, string>> {
  switch (error.keyword) {
    case 'enum': {
      const allowed = error.params.allowedValues.join(', ')
      return why(`muss eines von diesen sein: ${allowed}`, `must be one of these: ${allowed}`)
    }
    case 'maxLength': {
      const { limit } = error.params
      return why(`darf höchstens ${limit} Zeichen haben`, `may have ${limit} characters at most`)
    }
    case 'minimum':
    case 'maximum': {
      const { comparison, limit } = error.params
      return why(`muss ${comparison} ${limit} sein`, `must be ${comparison} ${limit}`)
    }
    case 'type': {
      const wanted = String(error.params.type)
      return why(`muss vom Typ „${wanted}“ sein`, `must be of type “${wanted}”`)
    }
    default:
      return why('ist ungültig', 'is invalid')
  }
}

const why = (de: string, en: string): Readonly<Record<Language, string>> => ({ de, en })
