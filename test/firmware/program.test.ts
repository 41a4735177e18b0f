// The device program as a process of its own: simulated lines at one end, a broker on mutual TLS at the other.
import { generateKeyPairSync } from 'node:crypto'
import { statSync } from 'node:fs'
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { createAuthority } from '../../gateway/provisioning/authority.ts'
import { type LineCommand, readOutputs, sendLineCommand } from '../../hardware/simulated.ts'
import { alarmOfPress } from '../../protocol/ids.ts'
import { millis } from '../../protocol/time.ts'
import { type DeviceFolder, deviceFolder, deviceName, line, Program, temporaryFolder } from './test-device.ts'
import { TestGateway } from './test-gateway.ts'
import { kasse, tresen } from './world.ts'

vi.setConfig({ testTimeout: 120_000 })
const soon = { timeout: 40_000, interval: 20 }
const authority = await createAuthority({ name: 'Test' })

const press: LineCommand = { kind: 'press', line, holdMs: 60 }
const pressKasse: LineCommand = { kind: 'press', line: { chip: 'simulated', offset: 2 }, holdMs: 60 }

const run = (place: DeviceFolder): Program => new Program('run', '--config', place.config)
/** The lines answer from the moment that the device has opened them. */
const pressSoon = (place: DeviceFolder, command = press): Promise<void> =>
  vi.waitFor(() => sendLineCommand(place.socket, command), soon)
const eventually = (check: () => void): Promise<void> => vi.waitFor(check, soon)
const ids = (gateway: TestGateway): Set<string> => new Set(gateway.of('alarm').map(({ id }) => id))

test('a press of a simulated button reaches the gateway as one signed alarm, and again until its receipt', async () => {
  await using gateway = await TestGateway.start(authority)
  gateway.receipts = false
  await using place = await deviceFolder(authority, [gateway.url])
  await using _device = run(place)
  await pressSoon(place)
  await eventually(() => expect(gateway.of('alarm').length).toBeGreaterThan(1))
  const [alarm] = gateway.of('alarm')
  expect(alarm).toMatchObject({
    device: deviceName,
    button: tresen,
    ageBasis: 'monotonic',
  })
  expect(ids(gateway).size).toBe(1)
  expect(gateway.heard.every(({ authentic }) => authentic)).toBe(true)
  const numbers = gateway.heard.flatMap(({ message }) => ('n' in message ? [message.n] : []))
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
  expect(new Set(numbers).size).toBe(numbers.length)
})

test('a device killed while nobody listened sends the press after its restart, under its id and with its true age', async () => {
  const gone = await TestGateway.start(authority)
  const { port } = gone
  await gone[Symbol.asyncDispose]()
  await using place = await deviceFolder(authority, [`mqtts://127.0.0.1:${port}`])
  const pressedAt = Date.now()
  {
    await using first = run(place)
    await pressSoon(place)
    await eventually(() => expect(first.err).toContain('"msg":"pressed"'))
    await eventually(() => expect(statSync(join(place.folder, 'journal')).size).toBeGreaterThan(100))
  }
  await using gateway = await TestGateway.start(authority, port)
  {
    await using _second = run(place)
    await eventually(() => expect(gateway.of('heartbeat').at(-1)?.waiting ?? 1).toBe(1))
    await eventually(() => expect(gateway.of('alarm').length).toBeGreaterThan(0))
    const [alarm] = gateway.of('alarm')
    const age = Date.now() - pressedAt
    expect(alarm?.ageBasis).toBe('monotonic')
    expect(alarm?.boot).not.toBe(alarm?.id.split('.')[1])
    expect(alarm?.ageMs).toBeGreaterThan(0)
    expect(alarm?.ageMs).toBeLessThanOrEqual(age)
    await sendLineCommand(place.socket, press)
    await eventually(() => expect(gateway.of('repeatPress')).toMatchObject([{ alarm: alarm?.id }]))
  }
})

test('what is receipted is forgotten: after a restart nothing is sent again', async () => {
  await using gateway = await TestGateway.start(authority)
  await using place = await deviceFolder(authority, [gateway.url])
  {
    await using first = run(place)
    await pressSoon(place)
    await eventually(() => expect(first.err).toContain('nothing is owed'))
    first.process.kill('SIGTERM')
    expect((await first.finished).code).toBe(0)
  }
  const heard = gateway.heard.length
  await using _second = run(place)
  await eventually(() =>
    expect(gateway.heard.slice(heard).some(({ message }) => message.kind === 'heartbeat')).toBe(true),
  )
  expect(gateway.of('heartbeat').at(-1)?.waiting).toBe(0)
  expect(gateway.of('alarm')).toHaveLength(1)
})

test('a receipt that somebody else signed retires nothing', async () => {
  await using gateway = await TestGateway.start(authority)
  gateway.receipts = false
  await using place = await deviceFolder(authority, [gateway.url])
  await using device = run(place)
  await pressSoon(place)
  await eventually(() => expect(gateway.of('alarm').length).toBeGreaterThan(0))
  const [alarm] = gateway.of('alarm')
  if (alarm === undefined) throw new Error('no alarm')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  gateway.receipt(alarm, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  await eventually(() => expect(device.err).toContain('the signature is not the gateway’s'))
  const before = gateway.of('alarm').length
  await eventually(() => expect(gateway.of('alarm').length).toBeGreaterThan(before))
  gateway.receipt(alarm)
  await eventually(() => expect(device.err).toContain('nothing is owed'))
})

test('a gateway that comes back hears within seconds of the press that waited for it', async () => {
  const first = await TestGateway.start(authority)
  const { port } = first
  await using place = await deviceFolder(authority, [first.url])
  await using _device = run(place)
  await eventually(() => expect(first.of('heartbeat').length).toBeGreaterThan(0))
  await first[Symbol.asyncDispose]()
  await pressSoon(place)
  await using second = await TestGateway.start(authority, port)
  await eventually(() => expect(ids(second).size).toBe(1))
})

test('with several gateways the alarm goes to each that is connected, and one receipt is enough', async () => {
  await using one = await TestGateway.start(authority)
  await using two = await TestGateway.start(authority)
  two.receipts = false
  await using place = await deviceFolder(authority, [one.url, two.url])
  await using device = run(place)
  for (const gateway of [one, two]) await eventually(() => expect(gateway.of('heartbeat').length).toBeGreaterThan(0))
  await pressSoon(place)
  for (const gateway of [one, two]) await eventually(() => expect(ids(gateway).size).toBe(1))
  await eventually(() => expect(device.err).toContain('nothing is owed'))
})

test('the signal SIGUSR2 cuts the network, and gives it back', async () => {
  await using gateway = await TestGateway.start(authority)
  await using place = await deviceFolder(authority, [gateway.url])
  await using device = run(place)
  await eventually(() => expect(gateway.of('heartbeat').length).toBeGreaterThan(0))
  device.process.kill('SIGUSR2')
  await eventually(() => expect(gateway.of('status').at(-1)?.state).toBe('offline'))
  await pressSoon(place)
  await eventually(() => expect(device.err).toContain('"msg":"pressed"'))
  expect(gateway.of('alarm')).toEqual([])
  device.process.kill('SIGUSR2')
  await eventually(() => expect(ids(gateway).size).toBe(1))
})

test('told to stop, the device says goodbye and ends with status 0, connected or not', async () => {
  await using gateway = await TestGateway.start(authority)
  await using place = await deviceFolder(authority, [gateway.url])
  await using device = run(place)
  await eventually(() => expect(gateway.of('heartbeat').length).toBeGreaterThan(0))
  device.process.kill('SIGINT')
  expect((await device.finished).code).toBe(0)
  expect(gateway.heard.at(-1)).toMatchObject({ retained: true, message: { kind: 'status', state: 'offline' } })
  await using lonely = run(place)
  await eventually(() => expect(lonely.err).toContain('device started'))
  lonely.process.kill('SIGTERM')
  expect((await lonely.finished).code).toBe(0)
})

test('with a full disk the alarm goes out all the same, and the fault is told and cleared', async () => {
  await using gateway = await TestGateway.start(authority)
  gateway.receipts = false
  await using place = await deviceFolder(authority, [gateway.url])
  const temporary = join(place.folder, 'journal.tmp')
  await symlink('/dev/full', temporary)
  await using _device = run(place)
  await pressSoon(place)
  await eventually(() => expect(ids(gateway).size).toBe(1))
  const faults = () => gateway.of('heartbeat').at(-1)?.faults
  await eventually(() => expect(faults()).toContainEqual({ code: 'journalFailed', subject: 'journal' }))
  await rm(temporary)
  await eventually(() =>
    expect(gateway.of('fault')).toContainEqual(expect.objectContaining({ code: 'journalFailed', state: 'cleared' })),
  )
})

test('the gateway starts a test, changes the heartbeat, and lights the indicator only after the acknowledgement', async () => {
  await using gateway = await TestGateway.start(authority)
  const indicator = 'indicator: { chip: simulated, offset: 16, activeLevel: high }\n'
  await using place = await deviceFolder(authority, [gateway.url], indicator)
  await using _device = run(place)
  await eventually(() => expect(gateway.of('heartbeat').length).toBeGreaterThan(0))
  const boot = gateway.of('heartbeat')[0]?.boot
  if (boot === undefined) throw new Error('no heartbeat')
  const device = deviceName
  gateway.say({
    v: 1,
    kind: 'config',
    device,
    version: 'v2',
    heartbeatMs: millis(1000),
    indicator: 'afterAcknowledgement',
  })
  await eventually(() => expect(gateway.of('heartbeat').at(-1)?.configVersion).toBe('v2'))
  const durationMs = millis(60_000)
  gateway.say({ v: 1, kind: 'command', device, boot, n: 1, command: 'startTest', button: kasse, durationMs })
  await eventually(() => expect(gateway.of('heartbeat').length).toBeGreaterThan(3))
  await sendLineCommand(place.socket, pressKasse)
  await eventually(() => expect(gateway.of('testAlarm')).toMatchObject([{ button: kasse }]))
  await sendLineCommand(place.socket, press)
  await eventually(() => expect(gateway.of('alarm')).toHaveLength(1))
  const alarm = gateway.of('alarm')[0]
  if (alarm === undefined) throw new Error('no alarm')
  const lit = async () => (await readOutputs(place.socket))[0]?.changes.map(({ active }) => active) ?? []
  expect(await lit()).not.toContain(true)
  gateway.say({
    v: 1,
    kind: 'progress',
    device,
    button: tresen,
    alarm: alarmOfPress(alarm.id),
    state: 'acknowledged',
  })
  await vi.waitFor(async () => expect((await lit()).at(-1)).toBe(true), soon)
  gateway.say({ v: 1, kind: 'progress', device, button: tresen, alarm: alarmOfPress(alarm.id), state: 'closed' })
  await vi.waitFor(async () => expect((await lit()).at(-1)).toBe(false), soon)
})

describe('the command line', () => {
  const outcome = async (...commandLine: string[]) => {
    await using program = new Program(...commandLine)
    return await program.finished
  }
  test('presses the named button, the first one if none is named, and the first device of a folder', async () => {
    await using gateway = await TestGateway.start(authority)
    await using place = await deviceFolder(authority, [gateway.url])
    await using root = await temporaryFolder()
    await mkdir(join(root.path, 'devices'))
    await symlink(place.folder, join(root.path, 'devices', deviceName))
    await using _device = run(place)
    await eventually(() => expect(gateway.of('heartbeat').length).toBeGreaterThan(0))
    expect(await outcome('press', '--config', place.config, '--button', 'kasse', '--hold', '80')).toEqual({
      code: 0,
      out: `kasse von ${deviceName} wurde 80 ms lang gedrückt.\n`,
      err: '',
    })
    expect(await outcome('press', '--data', root.path, '--language', 'en')).toEqual({
      code: 0,
      out: `Pressed tresen of ${deviceName} for 200 ms.\n`,
      err: '',
    })
    expect(await outcome('press', '--data', root.path, '--device', deviceName, '--button', 'kasse')).toMatchObject({
      code: 0,
    })
    await eventually(() => expect(gateway.of('alarm').map(({ button }) => button)).toEqual([kasse, tresen]))
    await eventually(() => expect(gateway.of('repeatPress')).toMatchObject([{ button: kasse }]))
    const missing = await outcome('press', '--data', root.path, '--device', 'rathaus-9')
    expect(missing).toMatchObject({
      code: 2,
      err: `In ${join(root.path, 'devices')} gibt es kein Gerät rathaus-9, nur rathaus-1. Mit --data den Ordner der Geräte nennen, oder mit --config die Datei eines Geräts.\n`,
    })
    const unknown = await outcome('press', '--config', place.config, '--button', 'x')
    expect(unknown).toMatchObject({
      code: 2,
      err: `Das Gerät ${deviceName} hat keinen Taster x, nur tresen, kasse. Einen davon mit --button nennen.\n`,
    })
  })

  /** One sentence on stderr, in German and then in English, and exit status 2. */
  const refusal = async (...commandLine: string[]): Promise<readonly string[]> => {
    const both = await Promise.all([outcome(...commandLine), outcome('--language', 'en', ...commandLine)])
    for (const { code, out, err } of both) {
      expect({ code, out, isOneLine: /^[^\n]+\n$/.test(err) }).toEqual({ code: 2, out: '', isOneLine: true })
    }
    return both.map(({ err }) => err.trimEnd())
  }

  test('refuses what it does not understand or cannot use with one sentence and status 2', async () => {
    await using place = await deviceFolder(authority, ['mqtts://127.0.0.1:1'])
    const sentences: [string[], string, string][] = [
      [
        [],
        'Es fehlt ein Befehl. „stillruf-device --help“ zeigt, was möglich ist.',
        'A command is missing. “stillruf-device --help” shows what is possible.',
      ],
      [
        ['run', '--config', 'x', '--fast'],
        'Die Option „--fast“ gibt es hier nicht. „stillruf-device run --help“ zeigt, was möglich ist.',
        'There is no option “--fast” here. “stillruf-device run --help” shows what is possible.',
      ],
      [['rum'], 'Den Befehl „rum“ gibt es nicht. Ist „run“ gemeint?', 'There is no command “rum”. Did you mean “run”?'],
      [['run'], 'Die Option --config <Datei> fehlt.', 'The option --config <file> is missing.'],
      [
        ['run', '--config', '/nowhere.yaml'],
        'ist nicht lesbar: nicht vorhanden (ENOENT)',
        'cannot be read: it does not exist (ENOENT)',
      ],
      [['press', '--config', place.config], 'Läuft das Gerät rathaus-1?', 'Is the device rathaus-1 running?'],
      [
        ['press', '--hold', 'long'],
        '--hold ist „long“; erwartet wird eine ganze Zahl von 1 bis 3600000.',
        '--hold is “long”, expected a whole number from 1 to 3600000.',
      ],
      [
        ['press', '--config', place.config, '--device', 'rathaus-9'],
        'ist die Konfiguration von rathaus-1, nicht von rathaus-9.',
        'is the configuration of rathaus-1, not of rathaus-9.',
      ],
    ]
    for (const [commandLine, german, english] of sentences)
      expect(await refusal(...commandLine)).toEqual([expect.stringContaining(german), expect.stringContaining(english)])
    await rename(join(place.folder, 'certificate.pem'), join(place.folder, 'moved.pem'))
    expect(await refusal('run', '--config', place.config)).toEqual([
      expect.stringMatching(/certificate\.pem ist nicht lesbar: nicht vorhanden \(ENOENT\)\. Die Zentrale macht sie/),
      expect.stringMatching(/certificate\.pem cannot be read: it does not exist \(ENOENT\)\. The gateway makes it/),
    ])
    await writeFile(place.config, 'device: x\n')
    expect(await outcome('run', '--config', place.config)).toMatchObject({ code: 2 })
  })

  test('refuses an unknown language before anything is done', async () => {
    expect(await outcome('run', '--config', '/nowhere.yaml', '--language', 'fr')).toEqual({
      code: 2,
      out: '',
      err: '--language ist „fr“; möglich sind de (Deutsch) und en (Englisch).\n',
    })
  })

  test('does not run the same device twice', async () => {
    await using place = await deviceFolder(authority, ['mqtts://127.0.0.1:1'])
    await using first = run(place)
    await eventually(() => expect(first.err).toContain('device started'))
    expect(await outcome('run', '--config', place.config)).toMatchObject({
      code: 2,
      err: expect.stringContaining('läuft schon ein stillruf-device. Dieses zuerst beenden.'),
    })
  })
})
