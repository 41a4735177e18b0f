// `npm start` as a newcomer meets it: real processes, from the first line to the last.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openConsole } from '../integration/console-client.ts'
import { hasProgram } from '../integration/tools.ts'

const start = fileURLToPath(new URL('start.ts', import.meta.url))
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
    expect(again.output()).not.toContain('Passwort')
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

test('a folder that cannot be written is one sentence and exit status 2', limit, async () => {
  const file = join(folder, 'file')
  await writeFile(file, '')
  const { status, sentence } = await refusal(['--data', join(file, 'data')])
  expect(sentence).toMatch(
    /^Im Ordner .*file\/data kann nichts angelegt werden: ein Teil des Pfades ist kein Ordner \(ENOTDIR\)\.[^\n]+\n$/,
  )
  expect(status).toBe(2)
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
  const [file = '', ...rest] = options.terminal ? ['script', '-qec', line.join(' '), '/dev/null'] : line
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

/** Command lines of the running processes that name this folder. */
async function processesOf(data: string): Promise<readonly string[]> {
  const ids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const lines = await Promise.all(ids.map(id => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => ''))) // it may have ended
  return lines.filter(line => line.includes(data)).map(line => line.replaceAll('\0', ' '))
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
