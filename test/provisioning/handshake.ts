// One mutual TLS handshake on loopback: what each side says of the other.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type TLSSocket } from 'node:tls'

/** Key and certificate, PEM. */
export type Party = { readonly key: string; readonly certificate: string }
type Options = {
  readonly server: Party
  readonly client: Party | null
  readonly serverTrusts: string
  readonly clientTrusts: string
  readonly revocations: string | null
}
/** `connected`, or the code of the refusal; the server names the fingerprint of whom it accepted. */
type Outcome = { readonly client: string; readonly server: string }

export async function handshake(options: Options): Promise<Outcome> {
  const server = createServer({
    key: options.server.key,
    cert: options.server.certificate,
    ca: options.serverTrusts,
    requestCert: true,
    rejectUnauthorized: false, // so that the reason can be read
    ...(options.revocations === null ? {} : { crl: options.revocations }),
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const accepted = serverView(server)
    const client = connect({
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      ca: options.clientTrusts,
      ...(options.client === null ? {} : { key: options.client.key, cert: options.client.certificate }),
    })
    const outcome = { client: await clientView(client), server: await accepted }
    client.destroy()
    return outcome
  } finally {
    server.close()
    await once(server, 'close')
  }
}

const serverView = (server: ReturnType<typeof createServer>): Promise<string> =>
  new Promise(resolve => {
    server.once('secureConnection', socket => {
      socket.on('error', () => {}) // the other side's refusal is told by the client's view
      resolve(peerOf(socket))
      socket.end()
    })
    server.once('tlsClientError', error => resolve('code' in error ? String(error.code) : error.message))
  })

function peerOf(socket: TLSSocket): string {
  const { fingerprint256: fingerprint } = socket.getPeerCertificate()
  if (fingerprint === undefined) return 'noCertificate'
  return socket.authorized ? fingerprint : codeOf(socket.authorizationError)
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error)

const clientView = (client: TLSSocket): Promise<string> =>
  new Promise(resolve => {
    client.once('secureConnect', () => resolve('connected'))
    client.once('error', error => resolve(codeOf(error)))
  })
