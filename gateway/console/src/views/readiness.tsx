// Whether the next alarm will reach the person in front of this page: connection, alarm plan, sound, notification, in words.
import type { ComponentChildren } from 'preact'
import { askPermission } from '../attention.ts'
import { usePage } from '../page.ts'
import { session } from '../select.ts'
import type { PlainKey } from '../texts.ts'
import { CheckIcon, WarningIcon } from './icons.tsx'

export function Readiness() {
  const { state, text, sound } = usePage()
  const { connection } = state
  const live = connection.kind === 'live'
  const unconnected = connection.kind === 'lost' && connection.why !== null ? 'readyRefused' : 'readyLost'
  const inPolicy = session(state)?.inPolicy === true
  return (
    <section class="readiness" aria-labelledby="readiness-title">
      <h2 id="readiness-title">{text('readiness')}</h2>
      <ul>
        <Point ready={live} name="readyConnection" words={live ? 'readyConnected' : unconnected} />
        <Point ready={inPolicy} name="readyPolicy" words={inPolicy ? 'readyInPolicy' : 'readyInNoPolicy'} />
        <Point ready={state.sound === 'ready'} name="sound" words={soundWords[state.sound]}>
          {state.sound !== 'ready' && (
            <button type="button" class="secondary" onClick={sound.enable}>
              {text('soundEnable')}
            </button>
          )}
        </Point>
        <NotificationPoint />
      </ul>
    </section>
  )
}

const soundWords = { ready: 'soundReady', blocked: 'soundBlocked', muted: 'soundMuted' } as const
const permissionWords = {
  granted: 'notificationsGranted',
  default: 'notificationsDefault',
  denied: 'notificationsDenied',
  unsupported: 'notificationsUnsupported',
} as const

/** The browser asks a person only after they have asked for it. */
function NotificationPoint() {
  const { state, text, dispatch } = usePage()
  const allow = async (): Promise<void> => dispatch({ kind: 'permissionChanged', permission: await askPermission() })
  return (
    <Point ready={state.permission === 'granted'} name="readyNotifications" words={permissionWords[state.permission]}>
      {state.permission === 'default' && (
        <button type="button" class="secondary" onClick={() => void allow()}>
          {text('notificationsAllow')}
        </button>
      )}
    </Point>
  )
}

type PointProps = {
  readonly ready: boolean
  readonly name: PlainKey
  readonly words: PlainKey
  readonly children?: ComponentChildren
}

function Point({ ready, name, words, children }: PointProps) {
  const { text } = usePage()
  return (
    <li class={ready ? 'ready' : 'not-ready'}>
      {ready ? <CheckIcon /> : <WarningIcon />}
      <span class="readiness-point">
        <strong class="readiness-name">
          <span class="unseen">{text(ready ? 'statusOk' : 'statusAttention')} </span>
          {text(name)}
        </strong>
        <span class="readiness-words">{text(words)}</span>
      </span>
      {children}
    </li>
  )
}
