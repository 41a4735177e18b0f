// What the commands say of damaged keys and certificates in the data folder, and what they leave behind.
import { createPrivateKey } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAuthority, issueGatewayCertificate } from '../../gateway/provisioning/authority.ts'
import { readRevocations } from '../../gateway/shell/broker/revocation.ts'
import { openDatabase } from '../../gateway/shell/store/database.ts'
import type { GatewayId } from '../../protocol/ids.ts'
import { createRequest } from '../provisioning/request.ts'
import { gateway, writeConfiguration } from './command.ts'
import { temporaryFolder } from './samples.ts'

const patience = { timeout: 120_000 }
let folder: ReturnType<typeof temporaryFolder>
/** A folder that is set up and has signed the request of tresen-1. Each test damages a copy. */
let whole: string
let request: string

beforeAll(async () => {
  folder = temporaryFolder()
  whole = join(folder.path, 'whole')
  mkdirSync(whole)
  writeConfiguration(whole, { mqtt: 0, console: 0 })
  expect(await gateway(['setup', '--data', whole])).toMatchObject({ status: 0, stderr: '' })
  request = join(folder.path, 'request.csr')
  writeFileSync(request, (await createRequest('tresen-1')).request)
  const out = join(folder.path, 'certificate.pem')
  expect(await gateway(['sign', request, '--out', out, '--data', whole])).toMatchObject({ status: 0, stderr: '' })
}, 120_000)
afterAll(() => folder[Symbol.dispose]())

function copyOf(name: string): string {
  const data = join(folder.path, name)
  cpSync(whole, data, { recursive: true })
  return data
}

const revokedIn = (data: string): number => {
  const database = openDatabase(join(data, 'stillruf.db'), 'reader')
  const { count } = database.prepare('SELECT count(revoked_at) AS count FROM certificate').get() ?? {}
  database.close()
  return Number(count)
}

/** What a command says that refuses its work. Unlike the others, setup has told of its first steps by then. */
async function sentence(args: readonly string[]): Promise<string> {
  const { status, stderr } = await gateway(args)
  expect({ status, lines: stderr.split('\n').length }).toEqual({ status: 2, lines: 2 })
  return stderr
}

const otherAuthority = await createAuthority({ name: 'Anderswo' })

test.each([
  ['another text', 'authority.pem', 'Kaffee', 'enthält kein Zertifikat, erwartet wird ein PEM-Block „CERTIFICATE“.'],
  ['nothing', 'authority-key.pem', '', 'enthält keinen privaten Schlüssel, erwartet wird ein PEM-Block „PRIVATE KEY“.'],
  ['another authority’s key', 'authority-key.pem', otherAuthority.key, 'gehört nicht zum Zertifikat'],
])('with %s in %s setup, sign and revoke say one sentence, and do nothing', patience, async (...row) => {
  const [, file, content, reason] = row
  const data = copyOf(`${file}-${content.length}`)
  writeFileSync(join(data, file), content)
  const out = join(data, 'certificate.pem')
  for (const command of [['setup'], ['sign', request, '--out', out], ['revoke', 'tresen-1']])
    expect(await sentence([...command, '--data', data])).toContain(`${join(data, file)} ${reason}`)
  expect(existsSync(out)).toBe(false)
  expect(existsSync(join(data, 'revoked.pem'))).toBe(false)
  expect(revokedIn(data)).toBe(0)
})

test(
  'what is revoked in the database is on the list: without the list nothing is, and a second try repairs',
  patience,
  async () => {
    const data = copyOf('unwritable')
    const list = join(data, 'revoked.pem')
    mkdirSync(list) // in the way of the file
    const revoke = ['revoke', 'tresen-1', '--data', data]
    expect(await sentence(revoke)).toContain(`Die Datei ${list} kann nicht geschrieben werden: `)
    expect(revokedIn(data)).toBe(0)
    rmdirSync(list)
    expect(await gateway(revoke)).toMatchObject({ status: 0, stderr: '' })
    expect(revokedIn(data)).toBe(1)
    const authority = readFileSync(join(data, 'authority.pem'), 'utf8')
    expect((await readRevocations(readFileSync(list, 'utf8'), authority)).size).toBe(1)
  },
)

test('setup makes a new certificate where the gateway’s key is damaged', patience, async () => {
  const data = copyOf('gateway-key')
  const key = join(data, 'gateway-key.pem')
  writeFileSync(key, '')
  const { status, stdout, stderr } = await gateway(['setup', '--data', data])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(/^Zertifikat der Zentrale +neu /m)
  expect(readFileSync(key, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/)
})

test('setup keeps a certificate of another authority, and says if its key is damaged', patience, async () => {
  const data = copyOf('foreign')
  const own = { gateway: 'zentrale' as GatewayId, hosts: ['zentrale.example'] }
  const { certificate, key } = await issueGatewayCertificate(otherAuthority, own)
  const [certificateFile, keyFile] = [join(data, 'gateway-certificate.pem'), join(data, 'gateway-key.pem')]
  writeFileSync(certificateFile, certificate)
  expect(await sentence(['setup', '--data', data])).toContain(`${keyFile} gehört nicht zum Zertifikat`)
  writeFileSync(keyFile, key)
  expect((await gateway(['setup', '--data', data])).stdout).toMatch(/^Zertifikat der Zentrale +vorhanden /m)
  expect(readFileSync(certificateFile, 'utf8')).toBe(certificate)
})

test('an authority’s key in the way that OpenSSL writes it signs and revokes, too', patience, async () => {
  const data = copyOf('openssl')
  const key = join(data, 'authority-key.pem')
  writeFileSync(key, createPrivateKey(readFileSync(key)).export({ type: 'sec1', format: 'pem' }))
  expect(await gateway(['revoke', 'tresen-1', '--data', data])).toMatchObject({ status: 0, stderr: '' })
})
