// How the page reaches a person who is looking at something else: title, icon, and the browser's notifications.

import { formatAge } from './format.ts'
import { type Call, gatewayNow, type Permission, type State } from './model.ts'
import { placeLine, session, waitingCalls } from './select.ts'
import { translator } from './texts.ts'

/** The document's title says the worst that is true. */
export function pageTitle(state: State): string {
  const text = translator(state.language)
  const parts = [...alarmTitle(state)]
  if (state.access.kind === 'loggedOut' && state.access.why.kind !== 'asked') parts.push(text('titleLoggedOut'))
  if (state.access.kind === 'displaced') parts.push(text('titleDisplaced'))
  if (state.access.kind === 'loggedIn' && state.connection.kind === 'lost') parts.push(text('titleLost'))
  return [...parts, session(state)?.gateway ?? 'Stillruf'].join(' · ')
}

function alarmTitle(state: State): readonly string[] {
  const text = translator(state.language)
  const [first, ...others] = waitingCalls(state)
  if (first === undefined) return []
  const word = text(first.kind === 'test' ? 'titleTest' : 'titleAlarm')
  return [`${others.length > 0 ? `(${others.length + 1}) ` : ''}${word}: ${first.place.room}`]
}

export function pageIcon(state: State): 'icon.svg' | 'icon-alarm.svg' | 'icon-lost.svg' {
  if (state.calls.size > 0) return 'icon-alarm.svg'
  return isCutOff(state) ? 'icon-lost.svg' : 'icon.svg'
}

function isCutOff({ access, connection }: State): boolean {
  if (access.kind === 'loggedOut') return access.why.kind !== 'asked'
  return access.kind === 'displaced' || connection.kind === 'lost'
}

/** `unsupported` also where only installed pages may notify, as on some phones; once it is granted, a trial would be seen. */
export function permission(): Permission {
  if (typeof Notification === 'undefined') return 'unsupported'
  return Notification.permission === 'granted' || mayNotify() ? Notification.permission : 'unsupported'
}

/** A trial, of which nothing is seen as long as nobody has allowed it. */
function mayNotify(): boolean {
  try {
    new Notification('').close()
    return true
  } catch {
    return false // whatever a person allows, this page will not be let
  }
}

/** Only after a person asked for it with a button. */
export async function askPermission(): Promise<Permission> {
  if (typeof Notification === 'undefined') return 'unsupported'
  return Notification.requestPermission()
}

export type Attention = {
  /** Brings title, icon and the browser's notifications in line with the state. */
  readonly update: (previous: State, state: State) => void
}

/** @param onRefused a notification was allowed and yet not let: from then on the page must not promise any. */
export function createAttention(onRefused: () => void): Attention {
  const shown = new Map<string, Notification>()

  function show(key: string, title: string, body: string): void {
    if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return
    try {
      const notification = new Notification(title, { body, tag: key, requireInteraction: true })
      notification.addEventListener('click', () => focus())
      shown.set(key, notification)
    } catch {
      onRefused() // the page itself shows the alarm all the same
    }
  }

  function hide(key: string): void {
    shown.get(key)?.close()
    shown.delete(key)
  }

  function updateCalls(previous: State, state: State): void {
    for (const call of state.calls.values()) {
      const known = previous.calls.get(call.alarm)
      if (known === undefined || known.presses < call.presses || known.step < call.step)
        show(call.alarm, callTitle(state, call), callBody(state, call))
    }
    for (const alarm of previous.calls.keys()) if (!state.calls.has(alarm)) hide(alarm)
  }

  function updateConnection(previous: State, state: State): void {
    if (pageIcon(previous) !== 'icon-lost.svg' && pageIcon(state) === 'icon-lost.svg')
      show('connection', pageTitle(state), translator(state.language)('lostTitle'))
    if (state.connection.kind === 'live') hide('connection')
  }

  return {
    update: (previous, state) => {
      const title = pageTitle(state)
      if (document.title !== title) document.title = title
      if (pageIcon(previous) !== pageIcon(state)) setIcon(pageIcon(state))
      updateCalls(previous, state)
      updateConnection(previous, state)
    },
  }
}

const callTitle = (state: State, call: Call): string =>
  `${translator(state.language)(call.kind === 'test' ? 'testAlarm' : 'alarm')}: ${call.place.room}`

function callBody(state: State, call: Call): string {
  const text = translator(state.language)
  const age = formatAge(gatewayNow(state) - call.pressedAt, state.language)
  const parts = [placeLine(call.place), `${text('pressed')} ${text('ago', { age })}`]
  if (call.late) parts.push(text('late'))
  return parts.join('\n')
}

function setIcon(file: string): void {
  const link = document.querySelector('link[rel="icon"]')
  link?.setAttribute('href', `./${file}`)
}
