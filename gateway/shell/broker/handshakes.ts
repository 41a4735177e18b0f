// TLS handshakes under way, and what is said of those that fail: they end before any certificate can be judged.
import type { Socket } from 'node:net'
import { same, type Text, text } from '../../../protocol/text.ts'
import type { Log } from '../ports.ts'
import { addressOf } from './access.ts'
import { type Ends, keyOf } from './admission.ts'

/** @param why one clause for the record. */
export type OnFailedHandshake = (address: string, why: Text) => void

export type Handshakes = {
  readonly begun: (socket: Socket) => void
  readonly completed: (connection: Ends) => void
  /** OpenSSL gives up. The close follows, here and with the others. */
  readonly failed: (connection: Ends, error: Error) => void
  /** We give up. */
  readonly expired: (socket: Socket) => void
  /** What ends from now on ends by us. */
  readonly close: () => void
}

type Handshake = { why: Text | null }

export function createHandshakes(onFailed: OnFailedHandshake, log: Log): Handshakes {
  const underWay = new Map<string, Handshake>()

  function begun(socket: Socket): void {
    const key = keyOf(socket) // a closed socket forgets its ends
    const address = addressOf(socket)
    const handshake: Handshake = { why: null }
    underWay.set(key, handshake)
    socket.once('close', () => {
      if (underWay.delete(key)) ended(address, handshake.why)
    })
  }

  /** @param why null: the other side broke it off, as when its network fails or it only looked at the port. */
  function ended(address: string, why: Text | null): void {
    log.info({ address, why: why?.en ?? 'broken off by the other side' }, 'TLS handshake failed')
    if (why !== null) onFailed(address, text(`TLS-Handshake: ${why.de}`, `TLS handshake: ${why.en}`))
  }

  function because(connection: Ends, why: Text): void {
    const handshake = underWay.get(keyOf(connection))
    if (handshake !== undefined) handshake.why = why
  }

  return {
    begun,
    completed: connection => void underWay.delete(keyOf(connection)),
    failed: (connection, error) => {
      const code = 'code' in error ? String(error.code) : ''
      if (code.startsWith('ERR_SSL')) because(connection, reasons[code] ?? same(code))
    },
    expired: socket => because(socket, late),
    close: () => underWay.clear(),
  }
}

const late = text('nicht rechtzeitig beendet', 'not finished in time')
const reasons: Readonly<Record<string, Text>> = {
  ERR_SSL_HTTP_REQUEST: text('HTTP statt TLS', 'HTTP instead of TLS'),
  ERR_SSL_WRONG_VERSION_NUMBER: text('es ist kein TLS', 'it is not TLS'),
  ERR_SSL_UNSUPPORTED_PROTOCOL: text('die TLS-Version ist zu alt', 'the version of TLS is too old'),
  ERR_SSL_NO_SHARED_CIPHER: text('kein gemeinsames Verschlüsselungsverfahren', 'no shared cipher'),
}
