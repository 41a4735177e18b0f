// Where the person is: one place per hash address, so that back, reload and bookmarks work without the gateway's help.
import { type AlarmId, parseAlarmId } from '../../../protocol/ids.ts'

export type Route =
  | { readonly kind: 'alarms' }
  | { readonly kind: 'alarm'; readonly alarm: AlarmId }
  | { readonly kind: 'incident'; readonly alarm: AlarmId }
  | { readonly kind: 'devices' }
  | { readonly kind: 'faults' }

/** The place that a hash names; whatever names none is the list of alarms. */
export function parseRoute(hash: string): Route {
  const [area, id, part, rest] = hash.replace(/^#\/?/, '').split('/')
  if (area === 'devices' && id === undefined) return { kind: 'devices' }
  if (area === 'faults' && id === undefined) return { kind: 'faults' }
  const alarm = area === 'alarms' && id !== undefined ? parseAlarmId(id) : null
  if (alarm === null || rest !== undefined) return { kind: 'alarms' }
  if (part === 'incident') return { kind: 'incident', alarm }
  return part === undefined ? { kind: 'alarm', alarm } : { kind: 'alarms' }
}

export function routeHash(route: Route): string {
  switch (route.kind) {
    case 'alarms':
    case 'devices':
    case 'faults':
      return `#/${route.kind}`
    case 'alarm':
      return `#/alarms/${route.alarm}`
    case 'incident':
      return `#/alarms/${route.alarm}/incident`
  }
}
