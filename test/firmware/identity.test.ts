// The device's key is made here, is kept, and never leaves; what does not belong together is said in one sentence.
import 'reflect-metadata' // the X.509 library's container needs it loaded first
import { createPublicKey, X509Certificate } from 'node:crypto'
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Pkcs10CertificateRequest } from '@peculiar/x509'
import { describe, expect, test, vi } from 'vitest'
import { loadIdentity, verifyWith } from '../../firmware/shell/identity.ts'
import { makeIdentity } from '../../firmware/shell/identity-request.ts'
import { createAuthority, signDeviceRequest } from '../../gateway/provisioning/authority.ts'
import type { DeviceId } from '../../protocol/ids.ts'
import { deviceName, Program, temporaryFolder } from './test-device.ts'

vi.setConfig({ testTimeout: 60_000 })
const authority = await createAuthority({ name: 'Test' })

async function provisioned() {
  const folder = await temporaryFolder()
  const { key, request } = await makeIdentity(folder.path, deviceName)
  const certificate = join(folder.path, 'certificate.pem')
  const authorityFile = join(folder.path, 'authority.pem')
  await writeFile(certificate, (await signDeviceRequest(authority, await readFile(request, 'utf8'))).certificate)
  await writeFile(authorityFile, authority.certificate)
  return { ...folder, files: { key, certificate, authority: authorityFile } }
}

test('the key is a P-256 key that only its owner may read, and the request carries its public half and the name', async () => {
  await using folder = await temporaryFolder()
  const made = await makeIdentity(join(folder.path, 'new'), deviceName)
  expect((await stat(made.key)).mode & 0o777).toBe(0o600)
  const request = new Pkcs10CertificateRequest(await readFile(made.request, 'utf8'))
  expect(request.subject).toBe(`CN=${deviceName}`)
  expect(await request.verify()).toBe(true)
  const publicKey = createPublicKey(await readFile(made.key, 'utf8')).export({ type: 'spki', format: 'der' })
  expect(Buffer.from(request.publicKey.rawData)).toEqual(publicKey)
})

test('a second call keeps the key and makes the request again', async () => {
  await using folder = await temporaryFolder()
  const first = await makeIdentity(folder.path, deviceName)
  const key = await readFile(first.key, 'utf8')
  const second = await makeIdentity(folder.path, deviceName)
  expect(second.keyIsNew).toBe(false)
  expect(await readFile(second.key, 'utf8')).toBe(key)
})

test('what the device signs, its certificate verifies', async () => {
  await using place = await provisioned()
  const identity = await loadIdentity(place.files, deviceName)
  expect(identity.warnings).toEqual([])
  const verify = verifyWith(new X509Certificate(identity.certificate).publicKey)
  const bytes = Buffer.from('a message')
  const signature = identity.sign(bytes)
  expect(signature).toMatch(/^[A-Za-z0-9_-]{86}$/)
  expect(verify(bytes, signature)).toBe(true)
  expect(verify(Buffer.from('another'), signature)).toBe(false)
})

describe('an identity that cannot be used is refused in one sentence', () => {
  const refusal = async (
    break_: (files: { key: string; certificate: string; authority: string }) => Promise<void>,
    device = deviceName,
  ) => {
    await using place = await provisioned()
    await break_(place.files)
    return await loadIdentity(place.files, device).then(
      () => 'accepted',
      error => (error instanceof Error ? error.message : ''),
    )
  }
  test('a missing certificate', async () => {
    const sentence = await refusal(async ({ certificate }) => writeFile(`${certificate}`, ''))
    expect(sentence).toContain('certificate.pem holds no certificate, expected one in PEM')
  })
  test('a key that is none', async () => {
    expect(await refusal(({ key }) => writeFile(key, 'no key'))).toContain('key.pem holds no usable key')
  })
  test('a certificate of another key', async () => {
    const sentence = await refusal(async ({ certificate }) => {
      await using other = await provisioned()
      await writeFile(certificate, await readFile(other.files.certificate))
    })
    expect(sentence).toContain('does not belong to the key')
  })
  test('a certificate of another device', async () => {
    expect(await refusal(async () => undefined, 'rathaus-2' as DeviceId)).toContain(
      'is made out to CN=rathaus-1, expected CN=rathaus-2',
    )
  })
})

test('a key that others may read is used, and warned of', async () => {
  await using place = await provisioned()
  await chmod(place.files.key, 0o644)
  expect((await loadIdentity(place.files, deviceName)).warnings).toEqual([expect.stringContaining('chmod 600')])
})

test('an expired certificate is warned of and keeps no device from starting: its clock may be the one that is wrong', async () => {
  await using place = await provisioned()
  const request = await readFile(join(place.path, 'request.csr'), 'utf8')
  const times = { notBefore: new Date('2020-01-01'), notAfter: new Date('2021-01-01') }
  await writeFile(place.files.certificate, (await signDeviceRequest(authority, request, times)).certificate)
  expect((await loadIdentity(place.files, deviceName)).warnings).toEqual([expect.stringContaining('expired on')])
})

test.each([
  ['de', 'neu; er verlässt dieses Gerät nie', 'vorhanden; er verlässt dieses Gerät nie', 'Weiter:'],
  ['en', 'new; it never leaves this device', 'kept; it never leaves this device', 'Next:'],
])('the command makes both files and says what comes next, in %s', async (language, made, kept, next) => {
  await using folder = await temporaryFolder()
  for (const state of [made, kept]) {
    await using program = new Program(
      'identity',
      '--data',
      folder.path,
      '--device',
      'rathaus-7',
      '--language',
      language,
    )
    const { code, out, err } = await program.finished
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain(`${join(folder.path, 'key.pem')} (${state})`)
    expect(out).toContain(join(folder.path, 'request.csr'))
    expect(out).toContain(next)
    expect(out).not.toContain('PRIVATE KEY')
  }
})

test('the command refuses a name that is none and a folder that is a file', async () => {
  await using folder = await temporaryFolder()
  await mkdir(folder.path, { recursive: true })
  const file = join(folder.path, 'file')
  await writeFile(file, '')
  await using bad = new Program('identity', '--data', folder.path, '--device', 'Rathaus 7')
  expect(await bad.finished).toMatchObject({ code: 2, err: expect.stringContaining('--device ist „Rathaus 7“') })
  await using reserved = new Program('identity', '--data', folder.path, '--device', 'gateway')
  expect(await reserved.finished).toMatchObject({ code: 2, err: expect.stringContaining('nicht „gateway“') })
  await using nowhere = new Program('identity', '--data', '/proc/stillruf/device', '--device', 'rathaus-7')
  expect(await nowhere.finished).toMatchObject({
    code: 2,
    err: 'Der Ordner /proc/stillruf/device ist nicht benutzbar: nicht vorhanden (ENOENT). Mit --data einen beschreibbaren nennen.\n',
  })
  await using blocked = new Program('identity', '--data', file, '--device', 'rathaus-7')
  expect(await blocked.finished).toMatchObject({
    code: 2,
    err: `Der Ordner ${file} ist nicht benutzbar: es ist eine Datei, kein Ordner (EEXIST). Mit --data einen beschreibbaren nennen.\n`,
  })
})
