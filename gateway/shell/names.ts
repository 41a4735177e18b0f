// How ids are shown to people: by the name that the configuration gives them.
import type { PersonView } from '../../protocol/console.ts'
import { parseResponderId, type ResponderId } from '../../protocol/ids.ts'
import type { Configuration } from '../core/configuration.ts'
import { directoryOf } from '../core/directory.ts'

/** The configured name of a responder or of the gateway; any other id stands for itself. */
export type Names = (id: string) => string

export function namesOf(configuration: Configuration | null): Names {
  if (configuration === null) return id => id
  const { responders } = directoryOf(configuration)
  return id => {
    const responder = parseResponderId(id)
    const known = responder === null ? undefined : responders.get(responder)
    return known?.name ?? (id === configuration.gateway.id ? configuration.gateway.name : id)
  }
}

export const person = (id: ResponderId, names: Names): PersonView => ({ id, name: names(id) })
