import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRequest } from '../provisioning/request.ts'
import { busyPort, freePort, gateway, startCommand, writeConfiguration } from './command.ts'
import { temporaryFolder } from './samples.ts'

const patience = { timeout: 120_000 }
const passwordIn = (text: string): string => text.match(/[a-z0-9]{5}(-[a-z0-9]{5}){3}/)?.[0] ?? ''

let folder: ReturnType<typeof temporaryFolder>
/** A data folder that is set up; tests that damage it take their own. */
let data: string
let password: string

beforeAll(async () => {
  folder = temporaryFolder()
  data = join(folder.path, 'data')
  mkdirSync(data)
  writeConfiguration(data, { mqtt: await freePort(), console: await freePort() })
  const made = await gateway(['setup', '--data', data])
  expect(made).toMatchObject({ status: 0, stderr: '' })
  password = passwordIn(made.stdout)
}, 120_000)
afterAll(() => folder[Symbol.dispose]())

/** One sentence or, of a configuration, one for each mistake; nothing on stdout; status 2. */
async function refused(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const { status, stdout, stderr } = await gateway(args, environment)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr.endsWith('\n')).toBe(true)
  return stderr.slice(0, -1)
}

const more = '“stillruf-gateway --help” shows what is possible.'

describe('a mistake is one sentence on stderr and exit status 2', () => {
  test.each<[string, readonly string[], string]>([
    ['no command', [], 'No command was given. “stillruf-gateway --help” shows all.'],
    ['an unknown command', ['recrods'], `Unknown command 'recrods' (Did you mean records?). ${more}`],
    ['an unknown option', ['run', '--prot', '1'], `Unknown option '--prot'. ${more}`],
    ['a misspelt option', ['records', '--alrm', 'x'], `Unknown option '--alrm' (Did you mean --alarm?). ${more}`],
    ['a missing option', ['account', 'add', 'wache'], `Required option '--role <role>' not specified. ${more}`],
    [
      'a role that is none',
      ['account', 'add', 'wache', '--role', 'chef'],
      `Option '--role <role>' argument 'chef' is invalid. Allowed choices are administrator, responder, monitor. ${more}`,
    ],
    [
      'a limit that is no number',
      ['records', '--limit', 'many'],
      `Option '--limit <number>' argument 'many' is invalid. Expected a whole number from 1 to 100000. ${more}`,
    ],
    [
      'a missing configuration',
      ['run', '--config', '/nowhere/gateway.yaml'],
      'The configuration /nowhere/gateway.yaml cannot be read: it does not exist. Name the right file with --config.',
    ],
    [
      'a folder that cannot be made',
      ['setup', '--data', '/dev/null/stillruf'],
      'The folder /dev/null/stillruf cannot be created: a part of the path is not a folder. Choose another with --data, or check its rights.',
    ],
    [
      'an account name that is none',
      ['setup', '--data', '/dev/null/stillruf', '--account', 'Frau Müller'],
      '“Frau Müller” cannot be an account’s name. Use 1 to 32 lower-case letters, digits and hyphens, for example “empfang”.',
    ],
    [
      'a host that is none',
      ['setup', '--data', '/dev/null/stillruf', '--host', 'http://zentrale'],
      'Found “http://zentrale” for --host, expected a DNS name or an IP address, for example “zentrale.example.org”. Correct it.',
    ],
    [
      'no database',
      ['records', '--data', '/nowhere'],
      'The database /nowhere/stillruf.db does not exist. Create it with “stillruf-gateway setup --data /nowhere”, or name the right folder with --data.',
    ],
  ])('%s', patience, async (_, args, sentence) => {
    expect(await refused(args)).toBe(sentence)
  })

  test('an invalid configuration: every mistake with its line', patience, async () => {
    using own = temporaryFolder()
    const path = writeConfiguration(own.path, { mqtt: 0, console: 0 })
    writeFileSync(
      path,
      readFileSync(path, 'utf8')
        .replace('notify: [empfang] }', 'notify: [wache] }')
        .replace('language: de', 'language: fr'),
    )
    expect(await refused(['run', '--config', path])).toMatch(
      /^gateway\.yaml:6: language: found “fr”, expected one of de, en /,
    )
    expect(readdirSync(own.path)).toEqual(['gateway.yaml'])
  })

  test('a gateway that was not set up', patience, async () => {
    using own = temporaryFolder()
    writeConfiguration(own.path, { mqtt: 0, console: 0 })
    expect(await refused(['run', '--data', own.path])).toBe(
      `The file ${own.path}/authority.pem cannot be read: it does not exist. Run “stillruf-gateway setup”, or name the right file in gateway.yaml.`,
    )
  })

  test.each(['mqtt', 'console'] as const)('a busy port: %s', patience, async name => {
    await using busy = await busyPort()
    const ports = { mqtt: 0, console: 0, [name]: busy.port }
    using own = temporaryFolder()
    expect(await refused(['run', '--config', writeConfiguration(own.path, ports), '--data', data])).toBe(
      `The gateway cannot listen at 127.0.0.1 port ${busy.port} (${name}): another program uses this port. Change ${name}.address or ${name}.port in gateway.yaml, or free the port.`,
    )
  })

  test('a damaged database, which stays as it is', patience, async () => {
    using own = temporaryFolder()
    writeConfiguration(own.path, { mqtt: 0, console: 0 })
    expect((await gateway(['setup', '--data', own.path])).status).toBe(0)
    const database = join(own.path, 'stillruf.db')
    truncateSync(database, 5000)
    for (const args of [['run'], ['records'], ['account', 'list'], ['setup']])
      expect((await gateway([...args, '--data', own.path])).stderr).toMatch(/^The database .* is damaged: [^\n]*\n$/)
    expect(statSync(database).size).toBe(5000)
  })

  test('an alarm that is not on record', patience, async () => {
    expect(await refused(['records', '--alarm', 'tresen-1.0000000000000001.1', '--data', data])).toBe(
      'There is no alarm “tresen-1.0000000000000001.1” on record. “stillruf-gateway records” lists the latest alarms with their names.',
    )
  })

  test('a certificate request that is none, and no certificate is left behind', patience, async () => {
    using own = temporaryFolder()
    const out = join(own.path, 'certificate.pem')
    const request = join(own.path, 'request.csr')
    writeFileSync(request, 'Einkaufsliste')
    expect(await refused(['sign', request, '--out', out, '--data', data])).toMatch(
      /^.*request\.csr: This is not a certificate request; /,
    )
    expect(await refused(['sign', `${request}x`, '--out', out, '--data', data])).toMatch(
      /cannot be read: it does not exist/,
    )
    expect(existsSync(out)).toBe(false)
  })

  test('a device that has no certificate cannot be revoked', patience, async () => {
    expect(await refused(['revoke', 'tresen-9', '--data', data])).toBe(
      'No certificate was issued to “tresen-9”. Name a device, or the serial number of a certificate that “stillruf-gateway sign” made.',
    )
    expect(existsSync(join(data, 'revoked.pem'))).toBe(false)
  })

  test('a monitor without gateway, and without password', patience, async () => {
    expect(await refused(['monitor', '--account', 'empfang', '--data', data], { STILLRUF_PASSWORD: 'x' })).toMatch(
      /^The gateway does not answer at 127\.0\.0\.1 port \d+: nothing listens there\. Start it with “stillruf-gateway run”, or see its log\.$/,
    )
    expect(await refused(['monitor', '--account', 'empfang', '--data', data])).toBe(
      'The password of “empfang” is missing. Set it in STILLRUF_PASSWORD, or run this in a terminal.',
    )
  })
})

test('--help of every command reads without an error', patience, async () => {
  const commands = [
    [],
    ['run'],
    ['setup'],
    ['account'],
    ['account', 'add'],
    ['sign'],
    ['revoke'],
    ['monitor'],
    ['records'],
  ]
  const texts = await Promise.all(commands.map(words => gateway([...words, '--help'])))
  for (const { status, stdout, stderr } of texts) {
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^Usage: stillruf-gateway/)
  }
})

test('setup makes what is missing, keeps what is there, and keeps secrets to their owner', patience, async () => {
  using own = temporaryFolder()
  const target = join(own.path, 'new')
  const first = await gateway(['setup', '--data', target, '--account', 'wache', '--language', 'en'])
  expect(first).toMatchObject({ status: 0, stderr: '' })
  expect(first.stdout).toContain('Account “wache” (administrator)')
  const mode = (name: string) => (statSync(join(target, name)).mode & 0o777).toString(8)
  expect(['.', 'authority-key.pem', 'gateway-key.pem', 'stillruf.db'].map(mode)).toEqual(['700', '600', '600', '600'])
  const contents = () => readdirSync(target).map(name => [name, readFileSync(join(target, name), 'utf8')])

  const before = contents()
  const second = await gateway(['setup', '--data', target])
  expect(second.status).toBe(0)
  expect(second.stdout.match(/vorhanden/g)).toHaveLength(6)
  expect(passwordIn(second.stdout)).toBe('')
  expect(contents()).toEqual(before)

  await gateway(['setup', '--data', target, '--host', 'zentrale.example.org', '192.0.2.7'])
  const text = execFileSync('openssl', ['x509', '-in', join(target, 'gateway-certificate.pem'), '-noout', '-text'], {
    encoding: 'utf8',
  })
  expect(text).toMatch(/DNS:localhost.*IP Address:127\.0\.0\.1.*DNS:zentrale\.example\.org.*IP Address:192\.0\.2\.7/)

  rmSync(join(target, 'authority-key.pem'))
  expect((await gateway(['setup', '--data', target])).stderr).toMatch(
    /authority-key\.pem is missing, but .* is there\./,
  )
})

test('accounts are added, listed, renewed and removed', patience, async () => {
  const at = ['--data', data]
  const added = await gateway(['account', 'add', 'leitstelle', '--role', 'monitor', ...at])
  expect(passwordIn(added.stdout)).not.toBe('')
  expect((await gateway(['account', 'list', ...at])).stdout).toMatch(
    /^empfang +administrator +Empfang\nleitstelle +monitor +leitstelle\n$/,
  )
  const renewed = await gateway(['account', 'password', 'leitstelle', ...at])
  expect(passwordIn(renewed.stdout)).not.toBe(passwordIn(added.stdout))
  expect((await gateway(['account', 'remove', 'leitstelle', ...at])).stdout).toBe('Konto „leitstelle“ entfernt.\n')
  expect((await gateway(['account', 'list', ...at])).stdout).not.toContain('leitstelle')
  expect(await refused(['account', 'remove', 'leitstelle', ...at])).toBe(
    'There is no account “leitstelle”. “stillruf-gateway account list” shows all.',
  )
})

test('a device’s request is signed and can be revoked, by its name', patience, async () => {
  using own = temporaryFolder()
  const [request, out] = [join(own.path, 'request.csr'), join(own.path, 'certificate.pem')]
  writeFileSync(request, (await createRequest('tresen-1')).request)
  const signed = await gateway(['sign', request, '--out', out, '--data', data, '--language', 'en'])
  expect(signed).toMatchObject({ status: 0, stderr: '' })
  expect(signed.stdout).toMatch(
    /^Certificate for the device tresen-1: .*\nFingerprint \(SHA-256\): ([0-9A-F]{2}:){31}[0-9A-F]{2}\n/,
  )
  expect(readFileSync(out, 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----/)
  const revoked = await gateway(['revoke', 'tresen-1', '--data', data])
  expect(revoked.stdout).toMatch(/^Gesperrt: Zertifikat [0-9A-F]{32} des Geräts tresen-1\n$/)
  expect(readFileSync(join(data, 'revoked.pem'), 'utf8')).toMatch(/^-----BEGIN X509 CRL-----/)
})

test('a gateway runs, is watched by a monitor, refuses a second one, and stops cleanly', patience, async () => {
  const at = ['--data', data]
  const monitorPassword = passwordIn((await gateway(['account', 'add', 'sicht', '--role', 'monitor', ...at])).stdout)
  await using running = startCommand(['run', ...at])
  await running.line('"text":"started"')
  expect(await refused(['run', ...at])).toBe(
    `Another gateway is running with the data in ${data}. Stop it first, or give this one its own folder with --data.`,
  )
  expect(await refused(['monitor', '--account', 'sicht', ...at], { STILLRUF_PASSWORD: 'falsch' })).toBe(
    'The gateway refused “sicht”: the name or the password is wrong. “stillruf-gateway account list” shows the accounts.',
  )
  await using monitor = startCommand(['monitor', '--account', 'sicht', ...at], { STILLRUF_PASSWORD: monitorPassword })
  await monitor.line('Mit der Zentrale verbunden.')
  await monitor.line('Zentrale  zentrale: offene Alarme 0')
  expect(await refused(['monitor', '--account', 'sicht', ...at], { STILLRUF_PASSWORD: 'falsch' })).not.toBe('')
  await monitor.line('falsches Passwort von sicht')
  expect((await gateway(['records', '--all', ...at])).stdout).toContain('Die Zentrale wurde gestartet')

  await gateway(['account', 'remove', 'sicht', ...at])
  await monitor.line('Die Verbindung zur Zentrale ist unterbrochen.')
  expect(await running.stop()).toBe(0)
  const log = running.lines.join('\n')
  for (const secret of [password, monitorPassword, 'falsch']) expect(log).not.toContain(secret)
  expect(running.lines.every(line => JSON.parse(line).level !== 'error')).toBe(true)
})
