// Keeps the stream of changes open. Every loss is said at once; every try begins with the question whether the session
// still holds, because a refused stream does not tell why. Another tab may have logged in somebody else meanwhile.
import type { ConsoleEvents, Session } from '../../../protocol/console.ts'
import type { Text } from '../../../protocol/text.ts'
import { type Answer, type Api, eventsAddress } from './api.ts'
import { greetingMs, type LoggedOutBecause, type PageEvent } from './model.ts'

export type Live = {
  /** Opens the stream of this session; the first thing that it brings is an overview. */
  readonly open: (session: Session) => void
  /** The stream is silent: give it up and try again. */
  readonly renew: () => void
  readonly close: () => void
}

const retryMs = [1000, 2000, 3000, 5000] as const

export function createLive(dispatch: (event: PageEvent) => void, api: Api): Live {
  let source: EventSource | null = null
  let shown: Session | null = null
  let timer: ReturnType<typeof setTimeout> | null = null
  let failures = 0

  function stop(): void {
    source?.close()
    source = null
    if (timer !== null) clearTimeout(timer)
    timer = null
  }

  function open(): void {
    stop()
    const opened = new EventSource(eventsAddress())
    source = opened
    listen(opened, greeted, fail, dispatch)
    opened.addEventListener('error', () => fail())
    opened.addEventListener('displaced', displaced)
    opened.addEventListener('heartbeat', () => void present())
    timer = setTimeout(() => fail(), greetingMs)
  }

  async function present(): Promise<void> {
    const asked = source
    const answer = await api.present()
    if (source !== asked) return // closed or renewed meanwhile
    if (isLoggedOut(answer)) fail()
    else if (answer.kind === 'answered') dispatch({ kind: 'sessionKnown', session: answer.value })
  }

  /** Other pages of this browser took its place: it does not fight for it. */
  function displaced(): void {
    stop()
    dispatch({ kind: 'displaced' })
  }

  function greeted(): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    failures = 0
  }

  /** @param why the gateway's word, if it has refused the page */
  function fail(why: Text | null = null): void {
    stop()
    dispatch({ kind: 'connectionLost', why })
    const delayMs = retryMs[Math.min(failures, retryMs.length - 1)] ?? 5000
    failures += 1
    timer = setTimeout(retry, delayMs)
  }

  async function retry(): Promise<void> {
    const attempt = timer
    const answer = await api.session()
    if (timer !== attempt) return // closed or renewed meanwhile
    if (answer.kind === 'answered' && isSame(answer.value)) open()
    else if (answer.kind === 'answered') leave(answer.value.gateway, { kind: 'replaced', by: answer.value.name })
    else if (isLoggedOut(answer)) leave(answer.problem.gateway ?? null, { kind: 'ended' })
    else fail()
  }

  const isSame = ({ account, role }: Session): boolean => account === shown?.account && role === shown.role

  function leave(gateway: string | null, why: LoggedOutBecause): void {
    stop()
    dispatch({ kind: 'loggedOut', gateway, why })
  }

  return {
    open: session => {
      shown = session
      open()
    },
    renew: () => {
      if (source !== null) fail()
    },
    close: stop,
  }
}

const isLoggedOut = <Value>(answer: Answer<Value>): answer is Extract<Answer<Value>, { kind: 'refused' }> =>
  answer.kind === 'refused' && answer.status === 401

/** Bytes become types here. A frame that is not JSON means that something else is speaking: the stream is given up. */
function listen(
  source: EventSource,
  greeted: () => void,
  fail: (why?: Text) => void,
  dispatch: (event: PageEvent) => void,
): void {
  const on = <Name extends keyof ConsoleEvents>(
    name: Name,
    event: (data: ConsoleEvents[Name], at: number) => PageEvent,
  ) =>
    source.addEventListener(name, frame => {
      const data = parsed<ConsoleEvents[Name]>(frame.data)
      if (data === null) return fail()
      if (name === 'overview') greeted()
      dispatch(event(data, performance.now()))
    })
  source.addEventListener('refused', frame => fail(parsed<ConsoleEvents['refused']>(frame.data)?.error))
  on('overview', (overview, at) => ({ kind: 'overview', overview, at }))
  on('alarm', (alarm, at) => ({ kind: 'alarm', alarm, at }))
  on('device', (device, at) => ({ kind: 'device', device, at }))
  on('faults', (faults, at) => ({ kind: 'faults', faults, at }))
  on('notification', (message, at) => ({ kind: 'notification', message, at }))
  on('heartbeat', ({ now }, at) => ({ kind: 'heartbeat', now, at }))
}

function parsed<Value>(text: string): Value | null {
  try {
    return JSON.parse(text) as Value
  } catch {
    return null
  }
}
