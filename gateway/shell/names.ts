// How ids are shown to people: by the name that the configuration gives them.
import type { PersonView } from '../../protocol/console.ts'
import type { ResponderId } from '../../protocol/ids.ts'
import type { Configuration } from '../core/model.ts'

/** The configured name of a responder or of the gateway; any other id stands for itself. */
export type Names = (id: string) => string

export function namesOf(configuration: Configuration | null): Names {
  if (configuration === null) return id => id
  const known = new Map<string, string>(configuration.responders.map(({ id, name }) => [id, name]))
  known.set(configuration.gateway.id, configuration.gateway.name)
  return id => known.get(id) ?? id
}

export const person = (id: ResponderId, names: Names): PersonView => ({ id, name: names(id) })
