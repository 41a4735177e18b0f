import { X509Certificate } from 'node:crypto'
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
import { busyPort, freePort, gateway, refused, startCommand, writeConfiguration } from './command.ts'
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

describe('a mistake is one sentence on stderr and exit status 2, in German unless English was asked for', () => {
  const de = (page: string): string => `„stillruf-gateway${page} --help“ zeigt, was möglich ist.`
  const en = (page: string): string => `“stillruf-gateway${page} --help” shows what is possible.`

  test.each<[string, readonly string[], string, string]>([
    ['no command', [], `Es fehlt ein Befehl. ${de('')}`, `A command is missing. ${en('')}`],
    [
      'no command of a group',
      ['account'],
      `Es fehlt ein Befehl. ${de(' account')}`,
      `A command is missing. ${en(' account')}`,
    ],
    [
      'an unknown command',
      ['recrods'],
      `Den Befehl „recrods“ gibt es nicht. Ist „records“ gemeint? ${de('')}`,
      `There is no command “recrods”. Did you mean “records”? ${en('')}`,
    ],
    [
      'an unknown option',
      ['run', '--prot', '1'],
      `Die Option „--prot“ gibt es hier nicht. ${de(' run')}`,
      `There is no option “--prot” here. ${en(' run')}`,
    ],
    [
      'a misspelt option',
      ['records', '--alrm', 'x'],
      `Die Option „--alrm“ gibt es hier nicht. Ist „--alarm“ gemeint? ${de(' records')}`,
      `There is no option “--alrm” here. Did you mean “--alarm”? ${en(' records')}`,
    ],
    [
      'an option like several others',
      ['records', '--al'],
      `Die Option „--al“ gibt es hier nicht. Ist „--all“ gemeint? ${de(' records')}`,
      `There is no option “--al” here. Did you mean “--all”? ${en(' records')}`,
    ],
    [
      'a missing option',
      ['account', 'add', 'wache'],
      `Die Option --role <Rolle> fehlt. ${de(' account add')}`,
      `The option --role <role> is missing. ${en(' account add')}`,
    ],
    [
      'an option without its value',
      ['run', '--config'],
      `Der Wert der Option --config <Datei> fehlt. ${de(' run')}`,
      `The value of the option --config <file> is missing. ${en(' run')}`,
    ],
    [
      'a missing argument',
      ['sign', '--out', 'certificate.pem'],
      `Die Angabe <Anfrage> fehlt. ${de(' sign')}`,
      `The argument <request> is missing. ${en(' sign')}`,
    ],
    [
      'an argument too many',
      ['account', 'remove', 'wache', 'empfang'],
      `Zu viele Angaben: erwartet 1, gefunden 2. ${de(' account remove')}`,
      `Too many arguments: expected 1, found 2. ${en(' account remove')}`,
    ],
    [
      'two options that exclude each other',
      ['records', '--all', '--alarm', 'x'],
      `Von --alarm <Kennung> und --all ist nur eines möglich. ${de(' records')}`,
      `Only one of --alarm <id> and --all is possible. ${en(' records')}`,
    ],
    [
      'a role that is none',
      ['account', 'add', 'wache', '--role', 'chef'],
      '--role ist „chef“; möglich sind administrator, responder, monitor.',
      '--role is “chef”; possible are administrator, responder, monitor.',
    ],
    [
      'a limit that is no number',
      ['records', '--limit', 'many'],
      '--limit ist „many“; erwartet wird eine ganze Zahl von 1 bis 100000.',
      '--limit is “many”, expected a whole number from 1 to 100000.',
    ],
    [
      'a missing configuration',
      ['run', '--config', '/nowhere/gateway.yaml'],
      'Die Konfiguration /nowhere/gateway.yaml ist nicht lesbar: nicht vorhanden (ENOENT). Mit --config die richtige Datei nennen.',
      'The configuration /nowhere/gateway.yaml cannot be read: it does not exist (ENOENT). Name the right file with --config.',
    ],
    [
      'a folder that cannot be made',
      ['setup', '--data', '/dev/null/stillruf'],
      'Der Ordner /dev/null/stillruf kann nicht angelegt werden: ein Teil des Pfades ist kein Ordner (ENOTDIR). Mit --data einen anderen wählen oder seine Zugriffsrechte prüfen.',
      'The folder /dev/null/stillruf cannot be created: a part of the path is not a folder (ENOTDIR). Choose another with --data, or check its rights.',
    ],
    [
      'a folder that is a file',
      ['setup', '--data', '/etc/hostname'],
      'Der Ordner /etc/hostname kann nicht angelegt werden: es ist eine Datei, kein Ordner (EEXIST). Mit --data einen anderen wählen oder seine Zugriffsrechte prüfen.',
      'The folder /etc/hostname cannot be created: it is a file, not a folder (EEXIST). Choose another with --data, or check its rights.',
    ],
    [
      'an account name that is none',
      ['setup', '--data', '/dev/null/stillruf', '--account', 'Frau Müller'],
      '„Frau Müller“ ist als Name eines Kontos nicht möglich. Erlaubt sind 1 bis 32 Kleinbuchstaben, Ziffern und Bindestriche im Inneren, zum Beispiel „empfang“.',
      '“Frau Müller” cannot be an account’s name. Use 1 to 32 lower-case letters, digits and inner hyphens, for example “empfang”.',
    ],
    [
      'a host that is none',
      ['setup', '--data', '/dev/null/stillruf', '--host', 'http://zentrale'],
      '--host ist „http://zentrale“; erwartet wird ein DNS-Name oder eine IP-Adresse, zum Beispiel „zentrale.example.org“.',
      '--host is “http://zentrale”, expected a DNS name or an IP address, for example “zentrale.example.org”.',
    ],
    [
      'no database',
      ['records', '--data', '/nowhere'],
      'Die Datenbank /nowhere/stillruf.db ist nicht vorhanden. „stillruf-gateway setup --data /nowhere“ legt sie an; liegt sie anderswo, ihren Ordner mit --data nennen.',
      'The database /nowhere/stillruf.db does not exist. Create it with “stillruf-gateway setup --data /nowhere”, or name the right folder with --data.',
    ],
  ])('%s', patience, async (_, args, german, english) => {
    expect(await Promise.all([refused(args), refused(['--language', 'en', ...args])])).toEqual([german, english])
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
      /^gateway\.yaml:6: language: gefunden: „fr“; erwartet: eines von de, en /,
    )
    expect(readdirSync(own.path)).toEqual(['gateway.yaml'])
  })

  test('a gateway that was not set up', patience, async () => {
    using own = temporaryFolder()
    writeConfiguration(own.path, { mqtt: 0, console: 0 })
    expect(await refused(['run', '--data', own.path])).toBe(
      `Die Datei ${own.path}/authority.pem ist nicht lesbar: nicht vorhanden (ENOENT). „stillruf-gateway setup“ ausführen oder in gateway.yaml die richtige Datei nennen.`,
    )
    expect(await refused(['run', '--data', own.path, '--language', 'en'])).toBe(
      `The file ${own.path}/authority.pem cannot be read: it does not exist (ENOENT). Run “stillruf-gateway setup”, or name the right file in gateway.yaml.`,
    )
  })

  test.each(['mqtt', 'console'] as const)('a busy port: %s', patience, async name => {
    await using busy = await busyPort()
    const ports = { mqtt: 0, console: 0, [name]: busy.port }
    using own = temporaryFolder()
    const run = ['run', '--config', writeConfiguration(own.path, ports), '--data', data]
    expect(await refused(run)).toBe(
      `Die Zentrale kann 127.0.0.1, Port ${busy.port} (${name}), nicht öffnen: ein anderes Programm benutzt diesen Port (EADDRINUSE). In gateway.yaml ${name}.address oder ${name}.port ändern oder den Port freigeben.`,
    )
    expect(await refused([...run, '--language', 'en'])).toBe(
      `The gateway cannot listen at 127.0.0.1 port ${busy.port} (${name}): another program uses this port (EADDRINUSE). Change ${name}.address or ${name}.port in gateway.yaml, or free the port.`,
    )
  })

  test('an address that the system does not take', patience, async () => {
    using own = temporaryFolder()
    const path = writeConfiguration(own.path, { mqtt: 0, console: 0 })
    writeFileSync(path, readFileSync(path, 'utf8').replace('mqtt: { address: 127.0.0.1', 'mqtt: { address: fe80::1'))
    expect(await refused(['run', '--config', path, '--data', data])).toMatch(
      /^Die Zentrale kann fe80::1, Port 0 \(mqtt\), nicht öffnen: .+ \(E[A-Z]+\)\. In gateway\.yaml mqtt\.address /,
    )
  })

  test('a damaged database, which stays as it is', patience, async () => {
    using own = temporaryFolder()
    writeConfiguration(own.path, { mqtt: 0, console: 0 })
    expect((await gateway(['setup', '--data', own.path])).status).toBe(0)
    const database = join(own.path, 'stillruf.db')
    truncateSync(database, 5000)
    for (const args of [['run'], ['records'], ['account', 'list'], ['setup']])
      expect((await gateway([...args, '--data', own.path])).stderr).toMatch(
        /^Die Datenbank .* ist beschädigt: [^\n]*\n$/,
      )
    expect(statSync(database).size).toBe(5000)
  })

  test('an alarm that is not on record', patience, async () => {
    expect(await refused(['records', '--alarm', 'tresen-1.0000000000000001.1', '--data', data])).toBe(
      'Im Protokoll gibt es keinen Alarm „tresen-1.0000000000000001.1“. „stillruf-gateway records“ zeigt die letzten Alarme mit ihren Kennungen.',
    )
  })

  test('a certificate request that is none, and no certificate is left behind', patience, async () => {
    using own = temporaryFolder()
    const out = join(own.path, 'certificate.pem')
    const request = join(own.path, 'request.csr')
    writeFileSync(request, 'Einkaufsliste')
    expect(await refused(['sign', request, '--out', out, '--data', data])).toMatch(
      /^.*request\.csr: Das ist keine Zertifikatsanfrage; /,
    )
    expect(await refused(['sign', `${request}x`, '--out', out, '--data', data])).toMatch(
      /ist nicht lesbar: nicht vorhanden/,
    )
    expect(existsSync(out)).toBe(false)
  })

  test('a device that has no certificate cannot be revoked', patience, async () => {
    expect(await refused(['revoke', 'tresen-9', '--data', data])).toBe(
      'Für „tresen-9“ wurde kein Zertifikat ausgestellt. Ein Gerät nennen, oder die Seriennummer eines Zertifikats, das „stillruf-gateway sign“ gemacht hat.',
    )
    expect(existsSync(join(data, 'revoked.pem'))).toBe(false)
  })

  test('a monitor without gateway, and without password', patience, async () => {
    expect(await refused(['monitor', '--account', 'empfang', '--data', data], { STILLRUF_PASSWORD: 'x' })).toMatch(
      /^Die Zentrale antwortet nicht unter 127\.0\.0\.1, Port \d+: dort antwortet kein Programm \(ECONNREFUSED\)\. Sie mit „stillruf-gateway run“ starten, oder in ihrem Logbuch nachsehen\.$/,
    )
    expect(await refused(['monitor', '--account', 'empfang', '--data', data])).toBe(
      'Das Passwort von „empfang“ fehlt. Es in STILLRUF_PASSWORD angeben oder den Befehl in einem Terminal ausführen.',
    )
  })
})

describe('the language', () => {
  const unknown = ['account', 'remove', 'niemand']
  const [german, english] = ['Das Konto „niemand“ gibt es nicht.', 'There is no account “niemand”.']

  test(
    'is the one asked for, else that of STILLRUF_LANGUAGE, else that of gateway.yaml, else German',
    patience,
    async () => {
      using own = temporaryFolder()
      const path = writeConfiguration(own.path, { mqtt: 0, console: 0 })
      writeFileSync(path, readFileSync(path, 'utf8').replace('language: de', 'language: en'))
      const [inGerman, inEnglish] = [{ STILLRUF_LANGUAGE: 'de' }, { STILLRUF_LANGUAGE: 'en' }]
      const place = ['--config', path, '--data', data]
      expect(await refused([...unknown, ...place])).toContain(english)
      expect(await refused([...unknown, ...place], inGerman)).toContain(german)
      expect(await refused([...unknown, ...place, '--language=en'], inGerman)).toContain(english)
      expect(await refused([...unknown, ...place], { STILLRUF_LANGUAGE: '' })).toContain(english)
      expect(await refused([...unknown, '--data', data], { LANG: 'en_GB.UTF-8', LC_ALL: 'en_GB.UTF-8' })).toContain(
        german,
      )
      expect(await refused([...unknown, '--data', data], inEnglish)).toContain(english)
      expect((await gateway(['records', '--help', ...place])).stdout).toMatch(
        /^Usage: stillruf-gateway records \[options\]/,
      )
      expect((await gateway(['records', '--help', ...place], inGerman)).stdout).toMatch(/^Aufruf: .* \[Optionen\]/)
    },
  )

  test('is that of gateway.yaml for a mistake in it, too', patience, async () => {
    using own = temporaryFolder()
    const path = writeConfiguration(own.path, { mqtt: 0, console: 0 })
    const inEnglish = readFileSync(path, 'utf8').replace('language: de', 'language: en')
    writeFileSync(path, inEnglish.replace('defaultPolicy: alle', 'defaultPolicy: keiner'))
    expect(await refused(['run', '--config', path])).toContain('found “keiner”')
  })

  test('that is unknown is refused before anything is done', patience, async () => {
    using own = temporaryFolder()
    const target = join(own.path, 'new')
    expect(await refused(['setup', '--data', target, '--language', 'fr'])).toBe(
      '--language ist „fr“; möglich sind de (Deutsch) und en (Englisch).',
    )
    expect(await refused(['setup', '--data', target], { STILLRUF_LANGUAGE: 'fr' })).toBe(
      'STILLRUF_LANGUAGE ist „fr“; möglich sind de (Deutsch) und en (Englisch).',
    )
    expect(await refused(['setup', '--data', target, '--language', 'fr'], { STILLRUF_LANGUAGE: 'en' })).toBe(
      '--language is “fr”; possible are de (German) and en (English).',
    )
    expect(existsSync(target)).toBe(false)
  })
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
  const { subjectAltName } = new X509Certificate(readFileSync(join(target, 'gateway-certificate.pem')))
  expect(subjectAltName).toMatch(
    /DNS:localhost.*IP Address:127\.0\.0\.1.*DNS:zentrale\.example\.org.*IP Address:192\.0\.2\.7/,
  )

  rmSync(join(target, 'authority-key.pem'))
  expect((await gateway(['setup', '--data', target])).stderr).toMatch(/authority-key\.pem fehlt, .* ist aber da\./)
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
    'Das Konto „leitstelle“ gibt es nicht. „stillruf-gateway account list“ zeigt alle.',
  )
})

test('a responder’s account that no policy names is told so when it is added and in the list', patience, async () => {
  const at = ['--data', data]
  const said = 'Achtung: „wachee“ steht in keinem Alarmplan, dem ein Taster folgt, und erfährt von keinem Alarm.'
  expect((await gateway(['account', 'add', 'wachee', '--role', 'responder', ...at])).stdout).toContain(said)
  expect((await gateway(['account', 'list', ...at])).stdout.match(/Achtung: .*?Alarm\./g)).toEqual([said])
  await gateway(['account', 'remove', 'wachee', ...at])
  expect((await gateway(['account', 'list', ...at])).stdout).not.toContain('Achtung')
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
    `Mit den Daten in ${data} läuft schon eine Zentrale. Diese zuerst beenden, oder der neuen mit --data einen eigenen Ordner geben.`,
  )
  expect(await refused(['monitor', '--account', 'sicht', ...at], { STILLRUF_PASSWORD: 'falsch' })).toBe(
    'Die Zentrale lehnt „sicht“ ab: Name oder Passwort ist falsch. „stillruf-gateway account list“ zeigt die Konten.',
  )
  await using monitor = startCommand(['monitor', '--account', 'sicht', ...at], { STILLRUF_PASSWORD: monitorPassword })
  await monitor.line('Mit der Zentrale verbunden.')
  await monitor.line('Zentrale  zentrale: offene Alarme 0')
  expect(await refused(['monitor', '--account', 'sicht', ...at], { STILLRUF_PASSWORD: 'falsch' })).not.toBe('')
  await monitor.line('falsches Passwort von 127.0.0.1')
  expect((await gateway(['records', '--all', ...at], { TZ: 'Europe/Berlin' })).stdout).toMatch(
    /\d:\d\d ME(S)?Z {2}Die Zentrale wurde gestartet/,
  )

  await gateway(['account', 'remove', 'sicht', ...at])
  await monitor.line('Die Verbindung zur Zentrale ist unterbrochen.')
  expect(await running.stop()).toBe(0)
  const log = running.lines.join('\n')
  for (const secret of [password, monitorPassword, 'falsch']) expect(log).not.toContain(secret)
  expect(running.lines.every(line => JSON.parse(line).level !== 'error')).toBe(true)
})
