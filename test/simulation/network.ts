// How connections come about: a client knocks again and again until somebody answers or its patience ends. The gateway does
// one handshake after the other, so a crowd waits.
import type { BootId, DeviceId, GatewayId, ResponderId } from '../../protocol/ids.ts'
import type { Agenda } from './agenda.ts'
import { type End, type Host, Path, type Patience, type Side } from './path.ts'
import type { PathName } from './plan.ts'
import type { Random } from './random.ts'

/** Who connects, as its certificate or password proves. A device leaves its will: boot and session. */
export type Hello =
  | { readonly role: 'device'; readonly id: DeviceId; readonly boot: BootId; readonly session: number }
  | { readonly role: 'responder' | 'page'; readonly id: ResponderId }
  | { readonly role: 'monitor' }

export type Listener = {
  readonly host: Host
  /** Takes a connection over; null while no program listens. It answers with `connack`. */
  accept: ((end: End, hello: Hello) => void) | null
}
export type ConnectOptions = {
  readonly path: PathName
  readonly hello: Hello
  readonly host: Host
  readonly patience: Readonly<Record<Side, Patience>>
  readonly timeoutMs: number
  readonly onConnected: (end: End) => void
  readonly onFailed: (why: string) => void
}
export type Network = {
  readonly pathOf: (name: PathName) => Path
  readonly pathsTo: (gateway: GatewayId) => readonly Path[]
  readonly listen: (gateway: GatewayId, host: Host) => Listener
  /** One attempt. @returns a function that gives it up in silence. */
  readonly connect: (options: ConnectOptions) => () => void
}

/** Processor time of the gateway for one TLS handshake. */
const handshakeMs = 1.5
const knockAgainMs = 1000

export function createNetwork(agenda: Agenda, random: Random, latencyMs: number): Network {
  const paths = new Map<string, Path>()
  const listeners = new Map<GatewayId, Listener & { freeAt: number }>()

  function pathOf(name: PathName): Path {
    const key = `${name.client} ${name.gateway}`
    const known = paths.get(key)
    if (known !== undefined) return known
    const path = new Path(name, agenda, random.fork(key), latencyMs)
    paths.set(key, path)
    return path
  }

  function connect(options: ConnectOptions): () => void {
    const path = pathOf(options.path)
    const listener = listeners.get(options.path.gateway)
    let end: End | null = null
    let isOver = false
    const finish = (): boolean => {
      if (isOver) return false
      isOver = true
      agenda.cancel(timeout)
      return true
    }
    const fail = (why: string): void => {
      if (!finish()) return
      end?.close()
      options.onFailed(why)
    }
    const timeout = agenda.after(options.timeoutMs, () => fail('no answer'))

    function knock(againMs: number): void {
      agenda.after(path.delayMs(), () => {
        if (isOver) return
        if (path.isCut || listener?.host.isUp !== true) agenda.after(againMs, () => knock(2 * againMs))
        else if (listener.accept === null) agenda.after(path.delayMs(), () => fail('refused'))
        else shakeHands(listener)
      })
    }

    function shakeHands(at: Listener & { freeAt: number }): void {
      at.freeAt = Math.max(agenda.now(), at.freeAt) + handshakeMs
      agenda.at(at.freeAt + 2 * path.delayMs(), () => {
        if (isOver || path.isCut || !at.host.isUp) return // the timeout ends it
        if (at.accept === null) return fail('refused')
        const { client, gateway } = path.join(options.host, at.host, options.patience)
        end = client
        client.onLost = fail
        client.onPacket = ({ kind }) => {
          if (kind === 'connack' && finish()) options.onConnected(client)
        }
        at.accept(gateway, options.hello)
      })
    }

    knock(knockAgainMs)
    return () => {
      if (finish()) end?.close()
    }
  }

  return {
    pathOf,
    pathsTo: gateway => [...paths.values()].filter(({ name }) => name.gateway === gateway),
    listen: (gateway, host) => {
      const listener = { host, accept: null, freeAt: 0 }
      listeners.set(gateway, listener)
      return listener
    },
    connect,
  }
}
