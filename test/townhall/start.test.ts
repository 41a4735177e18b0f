// `npm start` as a newcomer meets it: real processes, from the first line to the last.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openConsole } from '../integration/console-client.ts'
import { hasProgram } from '../integration/tools.ts'

const start = fileURLToPath(new URL('start.ts', import.meta.url))
const gateway = fileURLToPath(new URL('../../gateway/dist/main.js', import.meta.url))
const device = fileURLToPath(new URL('../../firmware/dist/main.js', import.meta.url))
const soon = { timeout: 60_000, interval: 50 }
const limit = { timeout: 180_000 }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stillruf-start-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test(
  'a first start sets everything up, a press reaches the console, and Ctrl-C leaves nothing behind',
  limit,
  async () => {
    const data = join(folder, 'first')
    await using run = startTownHall(['--data', data, '--mqtt-port', '0', '--console-port', '0'])
    await run.says(/Beenden +Strg-C/)
    const password = run.found(/Konto empfang, Passwort (\S+)/)
    using console = await openConsole(run.found(/Konsole +(\S+)/), 'empfang', password)
    expect((await processesOf(data)).length).toBe(4) // itself, the gateway, two devices
    await run.command([device, 'press', '--data', data])
    await vi.waitFor(() => expect(console.events.some(event => event.name === 'notification')).toBe(true), soon)
    expect(await run.end('SIGINT')).toBe(0)
    expect(await processesOf(data)).toEqual([])

    await using again = startTownHall(['--data', data])
    await again.says(/Beenden +Strg-C/)
    expect(again.output()).toContain(`ein neues: npx stillruf-gateway account password empfang --data ${data}\n`)
    using later = await openConsole(again.found(/Konsole +(\S+)/), 'empfang', password)
    expect((await later.overview()).alarms).toHaveLength(1)
    expect(await again.end('SIGTERM')).toBe(0)
    expect(await processesOf(data)).toEqual([])
  },
)

test.skipIf(!hasProgram('script'))(
  'keys press buttons, kill the gateway, cut the network and end it all (needs script)',
  limit,
  async () => {
    const data = join(folder, 'keys')
    await using run = startTownHall(['--data', data, '--mqtt-port', '0', '--console-port', '0'], { terminal: true })
    await run.says(/q +stops everything/)
    using console = await openConsole(run.found(/Console +(\S+)/), 'empfang', run.found(/password (\S+)/))
    run.type('1')
    await run.says(/1: .*pressed/)
    await vi.waitFor(() => expect(console.events.some(event => event.name === 'notification')).toBe(true), soon)
    await run.says(/1: .*released/)
    run.type('k')
    await run.says(/The gateway is back, after/)
    run.type('n')
    await run.says(/The network of buergerhaus-1 is cut/)
    run.type('n')
    await run.says(/The network of buergerhaus-1 is restored/)
    run.type('q')
    expect(await run.ended).toBe(0)
    expect(await processesOf(data)).toEqual([])
  },
)

test.skipIf(!hasProgram('script'))(
  'whatever ends it in a terminal, it ends, says why, and its exit status is right (needs script)',
  limit,
  async () => {
    const data = join(folder, 'keys')
    const mistake = (content: string): string => content.replace('  id: lindenau\n', '  id: lindenau\n  colour: red\n')
    for (const [end, words, status] of [
      [async () => signal('SIGKILL', gateway, data), /stillruf-gateway ended by itself \(SIGKILL\)/, 2],
      [async () => signal('SIGTERM', start, data), /Stopped\. The next start goes on/, 0],
      [
        async (run: TownHall) => {
          const path = join(data, 'gateway.yaml')
          await writeFile(path, mistake(await readFile(path, 'utf8')))
          run.type('k')
        },
        /gateway\.yaml:\d+: gateway\.colour: found an unknown field/,
        2,
      ],
    ] as const) {
      await using run = startTownHall(['--data', data], { terminal: true })
      await run.says(/q +stops everything/)
      await end(run)
      expect(await run.ended).toBe(status)
      expect(run.output()).toMatch(words)
      expect(await processesOf(data)).toEqual([])
    }
  },
)

test.skipIf(!hasProgram('script'))(
  'Ctrl-C in the middle of the first start loses no password, and the next start goes on from there (needs script)',
  limit,
  async () => {
    for (const made of ['authority-key.pem', 'devices/buergerhaus-1/identity/key.pem']) {
      const data = join(folder, `cut-${basename(made)}`)
      await using run = startTownHall(['--data', data, '--mqtt-port', '0', '--console-port', '0'], { terminal: true })
      await vi.waitFor(() => expect(existsSync(join(data, made))).toBe(true), { ...soon, interval: 5 })
      run.type('\u0003')
      expect(await run.ended).toBe(0)
      const password = run.found(/Account empfang, password (\S+)/)
      expect(run.output()).toMatch(/Stopped\. The next start goes on/)

      await using again = startTownHall(['--data', data])
      await again.says(/Beenden +Strg-C/)
      using _console = await openConsole(again.found(/Konsole +(\S+)/), 'empfang', password)
      expect(await again.end('SIGINT')).toBe(0)
    }
  },
)

test('a database without an account for the console is one that is not set up yet', limit, async () => {
  const data = join(folder, 'first')
  await using run = startTownHall(['--data', data])
  await run.says(/Beenden +Strg-C/)
  await run.command([gateway, 'account', 'remove', 'empfang', '--data', data])
  expect(await run.end('SIGINT')).toBe(0)
  await using again = startTownHall(['--data', data])
  await again.says(/Konto empfang, Passwort \S+ – es wird nur dieses eine Mal gezeigt\..*Beenden +Strg-C/s)
})

test('a busy port is one sentence and exit status 2, with nothing left running', limit, async () => {
  await using taken = await takenPort()
  for (const option of ['--mqtt-port', '--console-port']) {
    const data = join(folder, `busy${option}`)
    const other = option === '--mqtt-port' ? '--console-port' : '--mqtt-port'
    const { status, sentence } = await refusal(['--data', data, option, String(taken.port), other, '0'])
    expect(sentence).toMatch(new RegExp(`^Die Zentrale kann 127\\.0\\.0\\.1, Port ${taken.port} [^\\n]*\\n$`))
    expect(status).toBe(2)
    expect(await processesOf(data)).toEqual([])
  }
})

test('after a busy port another one can be asked for, and only the port changes in the files', limit, async () => {
  await using taken = await takenPort()
  const data = join(folder, 'ports')
  const files = ['gateway.yaml', 'devices/rathaus-1/device.yaml', 'devices/buergerhaus-1/device.yaml']
  const contents = () => Promise.all(files.map(file => readFile(join(data, file), 'utf8')))
  const busy = String(taken.port)
  expect((await refusal(['--data', data, '--mqtt-port', busy, '--console-port', '0'])).status).toBe(2)
  const before = await contents()
  await using run = startTownHall(['--data', data, '--mqtt-port', '0', '--console-port', '0'])
  await run.says(/Beenden +Strg-C/)
  const mqtt = run.found(/MQTT +mqtts:\S+:(\d+)/)
  expect(mqtt).not.toBe(busy)
  const consolePort = `port: ${run.found(/Konsole +http:\S+:(\d+)/)}`
  const expected = before.map(content =>
    content.replace(busy, mqtt).replace(/(?<=console:\n.*\n +)port: \d+/, consolePort),
  )
  expect(await contents()).toEqual(expected)

  const { status, sentence } = await refusal(['--data', data, '--mqtt-port', busy])
  expect(sentence).toMatch(/läuft schon eine Zentrale/)
  expect(status).toBe(2)
  expect(await contents()).toEqual(expected)
})

test('a second start on the same data leaves the log of the first one whole', limit, async () => {
  const data = join(folder, 'ports')
  await using run = startTownHall(['--data', data])
  await run.says(/Beenden +Strg-C/)
  const log = await readFile(join(data, 'gateway.log'), 'utf8')
  expect((await refusal(['--data', data])).sentence).toMatch(/läuft schon eine Zentrale/)
  expect((await readFile(join(data, 'gateway.log'), 'utf8')).startsWith(log)).toBe(true)
})

test('a log that cannot be opened is one sentence and exit status 2, with nothing left running', limit, async () => {
  const data = join(folder, 'ports')
  for (const file of ['gateway.log', 'devices/rathaus-1/device.log']) {
    const log = join(data, file)
    await rm(log)
    await mkdir(log)
    const { status, sentence } = await refusal(['--data', data])
    expect(sentence).toBe(
      `Die Datei ${log} kann nicht geschrieben werden: es ist ein Ordner (EISDIR). Ihre Zugriffsrechte prüfen oder sie wegbewegen.\n`,
    )
    expect(status).toBe(2)
    expect(await processesOf(data)).toEqual([])
    await rm(log, { recursive: true })
  }
})

test('a disk that is full while it runs costs the log and one line about it', limit, async () => {
  const data = join(folder, 'ports')
  const log = join(data, 'gateway.log')
  await rm(log, { force: true })
  await symlink('/dev/full', log)
  await using run = startTownHall(['--data', data])
  await run.says(/Beenden +Strg-C/)
  await run.says(/gateway\.log kann nicht mehr geschrieben werden: .* \(ENOSPC\)\. Alles läuft ohne sie weiter\./)
  await run.command([device, 'press', '--data', data])
  expect(await run.end('SIGINT')).toBe(0)
  expect(run.output().match(/ENOSPC/g)).toHaveLength(1)
  expect(await processesOf(data)).toEqual([])
})

test('a folder of the gateway alone runs without devices, and what is no device is passed over', limit, async () => {
  const data = join(folder, 'alone')
  const made = spawn(process.execPath, [gateway, 'setup', '--data', data, '--account', 'leitung'], { stdio: 'ignore' })
  expect(await endOf(made)).toBe(0)
  for (const strays of [[], ['.DS_Store', 'notes.txt']]) {
    for (const stray of strays) {
      await mkdir(join(data, 'devices'), { recursive: true })
      await writeFile(join(data, 'devices', stray), '')
    }
    await using run = startTownHall(['--data', data, '--mqtt-port', '0', '--console-port', '0'])
    await run.says(/Zentrale und 0 Geräte laufen.*Konto leitung.*Beenden +Strg-C/s)
    expect(await run.end('SIGINT')).toBe(0)
  }
})

test('a folder that cannot be written is one sentence and exit status 2', limit, async () => {
  const file = join(folder, 'file')
  await writeFile(file, '')
  for (const [data, reason] of [
    [file, 'es ist eine Datei, kein Ordner (EEXIST)'],
    [join(file, 'data'), 'ein Teil des Pfades ist kein Ordner (ENOTDIR)'],
    ['/proc/stillruf/data', 'nicht vorhanden (ENOENT)'],
  ] as const) {
    const { status, sentence } = await refusal(['--data', data])
    expect(sentence).toMatch(/^Der Ordner [^\n]+\. Mit --data einen anderen wählen[^\n]+\n$/)
    expect(sentence).toContain(`kann nicht angelegt werden: ${reason}.`)
    expect(status).toBe(2)
  }
})

test('a damaged database is one sentence and exit status 2, and stays as it is', limit, async () => {
  const data = join(folder, 'first')
  await writeFile(join(data, 'stillruf.db'), 'this is no database '.repeat(1000))
  const { status, sentence } = await refusal(['--data', data])
  expect(sentence).toMatch(/^[^\n]*stillruf\.db[^\n]*\n$/)
  expect(status).toBe(2)
  expect(await readFile(join(data, 'stillruf.db'), 'utf8')).toContain('this is no database')
  expect(await processesOf(data)).toEqual([])
})

test('a mistaken option is one sentence and exit status 2', limit, async () => {
  for (const [args, words] of [
    [['--dota', 'x'], 'Die Option „--dota“ gibt es hier nicht. Ist „--data“ gemeint? „npm start -- --help“ zeigt,'],
    [['--mqtt-port', 'many'], '--mqtt-port ist „many“'],
    [['--console-port', '70000'], '--console-port ist „70000“'],
    [['data'], 'Zu viele Angaben: erwartet 0, gefunden 1.'],
    [['--language', 'fr'], '--language ist „fr“; möglich sind de (Deutsch) und en (Englisch).'],
  ] as const) {
    const { status, sentence } = await refusal(args)
    expect(sentence).toContain(words)
    expect(sentence.trimEnd()).not.toContain('\n')
    expect(status).toBe(2)
  }
})

type TownHall = {
  readonly ended: Promise<number | null>
  readonly output: () => string
  readonly says: (words: RegExp) => Promise<void>
  /** The first group of what it said. */
  readonly found: (words: RegExp) => string
  readonly type: (keys: string) => void
  readonly command: (args: readonly string[]) => Promise<void>
  readonly end: (signal: NodeJS.Signals) => Promise<number | null>
} & AsyncDisposable

/** In a terminal it is asked for English here; elsewhere it speaks German, whatever the machine's locale says. */
function startTownHall(args: readonly string[], options: { readonly terminal?: true } = {}): TownHall {
  const line = [process.execPath, start, ...args]
  // `exec`: some shells stay in between, and end by Ctrl-C themselves, whatever the program makes of it.
  const inTerminal = ['script', '-qec', `exec ${line.join(' ')}`, '/dev/null']
  const [file = '', ...rest] = options.terminal ? inTerminal : line
  const child = spawn(file, rest, { stdio: 'pipe', env: environment(options.terminal ? 'en' : '') })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (text += String(chunk)))
  const ended = endOf(child)
  return {
    ended,
    output: () => text,
    says: words => vi.waitFor(() => expect(text).toMatch(words), soon),
    found: words => words.exec(text)?.[1] ?? expect.fail(`${words} in ${text}`),
    type: keys => child.stdin.write(keys),
    command: async words => {
      expect(await endOf(spawn(process.execPath, words, { stdio: 'ignore' }))).toBe(0)
    },
    end: signal => {
      child.kill(signal)
      return ended
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null) child.kill('SIGTERM')
      await ended
    },
  }
}

const environment = (language: string): NodeJS.ProcessEnv => ({
  ...process.env,
  LC_ALL: 'en_GB.UTF-8',
  STILLRUF_LANGUAGE: language,
})

async function endOf(child: ChildProcess): Promise<number | null> {
  await once(child, 'close')
  return child.exitCode
}

async function refusal(
  args: readonly string[],
): Promise<{ readonly status: number | null; readonly sentence: string }> {
  const child = spawn(process.execPath, [start, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: environment(''),
  })
  let sentence = ''
  child.stderr.on('data', chunk => (sentence += String(chunk)))
  return { status: await endOf(child), sentence }
}

type RunningProcess = { readonly id: number; readonly words: readonly string[] }

async function runningProcesses(): Promise<readonly RunningProcess[]> {
  const ids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const lines = await Promise.all(ids.map(id => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => ''))) // it may have ended
  return ids.map((id, index) => ({ id: Number(id), words: lines[index]?.split('\0') ?? [] }))
}

/** Command lines of the running processes that name this folder. */
async function processesOf(data: string): Promise<readonly string[]> {
  return (await runningProcesses()).map(({ words }) => words.join(' ')).filter(line => line.includes(data))
}

/** To the one process of these data that runs the program. */
async function signal(name: NodeJS.Signals, program: string, data: string): Promise<void> {
  const found = (await runningProcesses()).filter(({ words }) => words[1] === program && words.includes(data))
  expect(found).toHaveLength(1)
  for (const { id } of found) process.kill(id, name)
}

async function takenPort(): Promise<{ readonly port: number } & AsyncDisposable> {
  const server: Server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) return expect.fail('a TCP address')
  return {
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}
