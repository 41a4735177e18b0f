// The TLS end of the broker: few handshakes at a time, and certificates asked for but judged by us, so that the reason of a
// refusal can be put on record.

import { once } from 'node:events'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import type { Log } from '../ports.ts'
import { type Admission, createAdmission, type Ends } from './admission.ts'
import { createHandshakes, type OnFailedHandshake } from './handshakes.ts'

/** PEM texts. */
export type TlsFiles = { readonly key: string; readonly certificate: string; readonly authority: string }

export type TlsListener = {
  readonly address: { readonly host: string; readonly port: number }
  /** This connection is through with CONNECT: the next one may begin. */
  readonly finished: Admission['finished']
  /** Takes no more connections, ends those that are not yet through; resolves when the last of all is gone. */
  readonly close: () => Promise<void>
}

const keepAliveProbeMs = 30_000

/** @throws with `code` EADDRINUSE, EACCES or EADDRNOTAVAIL if it cannot listen there. */
export async function listenTls(
  listen: { readonly address: string; readonly port: number },
  files: TlsFiles,
  onConnection: (socket: TLSSocket) => void,
  onFailedHandshake: OnFailedHandshake,
  log: Log,
): Promise<TlsListener> {
  const tls = createTlsServer({
    key: files.key,
    cert: files.certificate,
    ca: files.authority,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
  })
  const handshakes = createHandshakes(onFailedHandshake, log)
  tls.on('secureConnection', socket => {
    handshakes.completed(socket)
    onConnection(socket)
  })
  tls.on('tlsClientError', (error, socket) => handshakes.failed(socket, error))
  const start = (socket: Socket): void => {
    handshakes.begun(socket)
    tls.emit('connection', socket)
  }
  const admission = createAdmission(start, handshakes.expired, log)
  const tcp = createTcpServer({
    pauseOnConnect: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveProbeMs,
  })
  tcp.on('connection', socket => admission.arrive(socket))
  tcp.listen({ host: listen.address, port: listen.port, backlog: 4096 })
  await once(tcp, 'listening') // or rejects with the error
  const { address: host, port } = tcp.address() as AddressInfo

  return {
    address: { host, port },
    finished: (connection: Ends) => admission.finished(connection),
    close: async () => {
      const closed = once(tcp, 'close')
      tcp.close()
      handshakes.close()
      admission.close()
      await closed
    },
  }
}
