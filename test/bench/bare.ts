// The bare line: the parts that no press can do without here, and nothing else. A device process sends a signed frame over mutual
// TLS; a gateway process verifies it, forwards it over TLS, commits one row to SQLite, signs a receipt and sends it back; the
// device verifies that. No MQTT, no schemas, no rules, no console. What is between it and Stillruf is what Stillruf adds.
//   node test/bench/bare.ts gateway|device FOLDER     with keys.json in the folder, as peers.ts writes it
import { createPrivateKey, sign as signBytes, verify as verifyBytes, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { derSignature, rawSignature } from '../../protocol/signature.ts'
import { frameBytes, onFrames, sendAtSignal } from './frames.ts'

/** PEM texts and the gateway's port. */
export type BareKeys = {
  readonly authority: string
  readonly gateway: { readonly key: string; readonly certificate: string }
  readonly device: { readonly key: string; readonly certificate: string }
}

const signatureBytes = 64
const algorithm = 'sha256'

const signer = (pem: string) => {
  const key = createPrivateKey(pem)
  return (bytes: Buffer): Uint8Array => rawSignature(signBytes(algorithm, bytes, key))
}
const verifier = (pem: string) => {
  const key = new X509Certificate(pem).publicKey
  return (frame: Buffer): boolean =>
    verifyBytes(algorithm, frame.subarray(signatureBytes), key, derSignature(frame.subarray(0, signatureBytes)))
}

/** Signature, then what it covers. */
const frameOf = (sign: (bytes: Buffer) => Uint8Array): Buffer => {
  const content = Buffer.alloc(frameBytes - signatureBytes, 'a')
  return Buffer.concat([sign(content), content])
}

function runGateway(keys: BareKeys, folder: string): void {
  const database = new DatabaseSync(join(folder, 'bare.db'))
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0')
  database.exec('CREATE TABLE record (number INTEGER PRIMARY KEY, content BLOB NOT NULL) STRICT')
  const insert = database.prepare('INSERT INTO record (content) VALUES (?)')
  const sign = signer(keys.gateway.key)
  const isAuthentic = verifier(keys.device.certificate)
  let receiver: TLSSocket | null = null
  const { key, certificate: cert } = keys.gateway
  const options = { key, cert, ca: keys.authority, requestCert: true, rejectUnauthorized: false, noDelay: true }
  const server = createServer(options, socket => {
    if (!socket.authorized) {
      receiver = socket
      return
    }
    onFrames(socket, frame => {
      if (!isAuthentic(frame)) throw new Error('the device signs with another key')
      receiver?.write(frame)
      insert.run(frame)
      socket.write(frameOf(sign))
    })
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (typeof address === 'object' && address !== null) console.log(address.port)
  })
}

function runDevice(keys: BareKeys, port: number): void {
  const sign = signer(keys.device.key)
  const isAuthentic = verifier(keys.gateway.certificate)
  const { key, certificate: cert } = keys.device
  const socket = connect({ host: '127.0.0.1', port, key, cert, ca: keys.authority }, () => {
    socket.setNoDelay(true)
    console.log('ready')
  })
  const answered = sendAtSignal(socket, () => frameOf(sign))
  onFrames(socket, frame => {
    if (!isAuthentic(frame)) throw new Error('the gateway signs with another key')
    answered()
  })
}

if (import.meta.main) {
  const [role, folder = '.', port] = process.argv.slice(2)
  const keys: BareKeys = JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8'))
  if (role === 'gateway') runGateway(keys, folder)
  else runDevice(keys, Number(port))
}
