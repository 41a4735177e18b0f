// The socket of the simulated lines: who reaches them, what is refused and in which words, and what happens to a socket that is left behind.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test, vi } from 'vitest'
import type { LineBackend, LineText } from '../../hardware/lines.ts'
import { createSimulatedBackend, sendLineCommand } from '../../hardware/simulated.ts'
import { levels, openInput } from './line-contract.ts'

const input = { chip: 'panel', offset: 0 }
const simulated = join(import.meta.dirname, '../../hardware/simulated.ts')

test('another process presses the button of a running device', { timeout: 60_000 }, async () => {
  await using bench = await createBench()
  await using line = await openInput({ backend: bench.backend, input })
  const command = { kind: 'press', line: input, holdMs: 10, answer: 'finished' }
  const child = spawnNode(`import { sendLineCommand } from ${JSON.stringify(simulated)}
    await sendLineCommand(${JSON.stringify(bench.socketPath)}, ${JSON.stringify(command)})`)
  expect((await once(child, 'exit'))[0]).toBe(0)
  expect(levels(line)).toEqual(['closed', 'open'])
})

test('the socket of a killed process is replaced', { timeout: 60_000 }, async () => {
  await using folder = await createFolder()
  const socketPath = join(folder.path, 'lines')
  const child = spawnNode(`import { createSimulatedBackend } from ${JSON.stringify(simulated)}
    await createSimulatedBackend({ socketPath: ${JSON.stringify(socketPath)} })`)
  await vi.waitFor(() => stat(socketPath), { timeout: 20_000 })
  child.kill('SIGKILL')
  await once(child, 'exit')
  await using backend = await createSimulatedBackend({ socketPath })
  await using line = await openInput({ backend, input })
  await sendLineCommand(socketPath, { kind: 'close', line: input })
  expect(levels(line)).toEqual(['closed'])
})

test('the socket of a running program is left to it', async () => {
  await using bench = await createBench()
  await expect(createSimulatedBackend({ socketPath: bench.socketPath })).rejects.toThrow(
    `Another running program has its simulated lines at ${bench.socketPath}. Stop it, or choose another path.`,
  )
  await using line = await openInput({ backend: bench.backend, input })
  await sendLineCommand(bench.socketPath, { kind: 'close', line: input })
  expect(levels(line)).toEqual(['closed'])
})

test('a file that is no socket is never removed', async () => {
  await using folder = await createFolder()
  const path = join(folder.path, 'notes')
  await writeFile(path, 'kept')
  await expect(createSimulatedBackend({ socketPath: path })).rejects.toThrow('exists and is no socket')
  expect((await stat(path)).size).toBe(4)
})

test('a path that cannot carry a socket is refused with what to do', async () => {
  await using folder = await createFolder()
  const long = join(folder.path, 'x'.repeat(120))
  await expect(createSimulatedBackend({ socketPath: long })).rejects.toThrow(/has \d+ bytes; expected 1 to 107/)
  await expect(createSimulatedBackend({ socketPath: join(folder.path, 'none', 'lines') })).rejects.toThrow(
    /cannot be created: [a-z ]+ \(\w+\)\. See that its folder exists and that this account may write there\./,
  )
})

test('a command to nobody says what to start', async () => {
  await using folder = await createFolder()
  const socketPath = join(folder.path, 'lines')
  await expect(sendLineCommand(socketPath, { kind: 'close', line: input })).rejects.toThrow(
    `No device with simulated lines listens at ${socketPath}. Start it first, or name the socket that it was started with.`,
  )
})

test('a command to a line that the device does not have names those that it has', async () => {
  await using bench = await createBench()
  const unknown = { chip: 'panel', offset: 3 }
  const press = (): Promise<void> => sendLineCommand(bench.socketPath, { kind: 'press', line: unknown, holdMs: 1 })
  await expect(press()).rejects.toThrow('panel line 3 is not an input of this device. Its inputs are: none yet.')
  await using _line = await openInput({ backend: bench.backend, input })
  await expect(press()).rejects.toThrow(
    expect.objectContaining({
      text: {
        de: 'Leitung 3 von panel ist kein Eingang dieses Geräts. Seine Eingänge: Leitung 0 von panel.',
        en: 'panel line 3 is not an input of this device. Its inputs are: panel line 0.',
      },
    }),
  )
})

test('a program that ends while it is asked, or is another one, is not waited for', async () => {
  await using folder = await createFolder()
  const socketPath = join(folder.path, 'lines')
  const answers = ['', 'hello\n']
  const server = createServer(socket => socket.once('data', () => socket.end(answers.shift() ?? '')))
  await new Promise<void>(resolve => server.listen(socketPath, resolve))
  const close = (): Promise<void> => sendLineCommand(socketPath, { kind: 'close', line: input })
  await expect(close()).rejects.toThrow('ended before it answered. Start it again.')
  await expect(close()).rejects.toThrow('does not answer as simulated lines do')
  await new Promise(resolve => server.close(resolve))
})

test.each([
  [
    'press',
    'Ein Befehl ist ein JSON-Objekt in einer Zeile; das ist keines.',
    'A command is one JSON object on one line; this is none.',
  ],
  [
    '{"kind":"push"}',
    'Das Feld kind ist "push"; erwartet: eines von press, close,',
    'Field kind is "push"; expected one of press, close,',
  ],
  [
    '{"kind":"toString"}',
    'Das Feld kind ist "toString"; erwartet: eines von press, close,',
    'Field kind is "toString"; expected one of press, close,',
  ],
  [
    '{"kind":"close"}',
    'Das Feld line fehlt; erwartet: {"chip": ein Name, "offset": eine ganze Zahl ab 0}.',
    'Field line is missing; expected {"chip": a name, "offset": a whole number from 0}.',
  ],
  [
    '{"kind":"close","line":{"chip":"panel","offset":1.5}}',
    'Das Feld line ist {"chip":"panel","offset":1.5}; erwartet:',
    'Field line is {"chip":"panel","offset":1.5}; expected',
  ],
  [
    '{"kind":"press","line":{"chip":"panel","offset":0},"holdMs":-1}',
    'Das Feld holdMs ist -1; erwartet: eine Zahl von 0 bis 3600000.',
    'Field holdMs is -1; expected a number from 0 to 3600000.',
  ],
  [
    '{"kind":"press","line":{"chip":"panel","offset":0},"holdMs":1,"bounce":{"edges":1.5,"gapMs":1}}',
    'Das Feld bounce ist {"edges":1.5,"gapMs":1}; erwartet: {"edges": eine ganze Zahl von 1 bis 1000, "gapMs":',
    'Field bounce is {"edges":1.5,"gapMs":1}; expected {"edges": a whole number from 1 to 1000, "gapMs":',
  ],
  [
    '{"kind":"open","line":{"chip":"panel","offset":0},"loud":true}',
    'Das Feld "loud" ist hier nicht bekannt; bekannt sind kind, line.',
    'Field "loud" is not known here; known are kind, line.',
  ],
])('the malformed command %s is refused in one sentence and moves nothing', async (text, de, en) => {
  await using bench = await createBench()
  await using line = await openInput({ backend: bench.backend, input })
  const [answer] = await converse(bench.socketPath, `${text}\n`, 1)
  const error = { de: expect.stringContaining(de), en: expect.stringContaining(en) }
  expect(answer).toMatchObject({ ok: false, error })
  expect(line.edges).toEqual([])
})

test('several commands on one connection are answered in their order', async () => {
  await using bench = await createBench()
  await using line = await openInput({ backend: bench.backend, input })
  const press = JSON.stringify({ kind: 'press', line: input, holdMs: 60_000, answer: 'finished' })
  const open = JSON.stringify({ kind: 'open', line: input })
  const answers = await converse(bench.socketPath, `${press}\nnonsense\n${open}\n`, 3)
  expect(answers.map(answer => answer.ok)).toEqual([false, false, true])
  expect(answers[0]?.error?.en).toContain('was moved otherwise')
  expect(levels(line)).toEqual(['closed', 'open'])
})

test('an endless line is refused and disturbs nobody else', async () => {
  await using bench = await createBench()
  await using line = await openInput({ backend: bench.backend, input })
  const [answer] = await converse(bench.socketPath, 'x'.repeat(10_000), 1)
  expect(answer?.error).toEqual({
    de: 'Ein Befehl ist höchstens 4096 Zeichen lang. Kürzere Zeilen senden.',
    en: 'A command is at most 4096 characters long. Send shorter lines.',
  })
  await sendLineCommand(bench.socketPath, { kind: 'close', line: input })
  expect(levels(line)).toEqual(['closed'])
})

test('only the account that runs the device can reach its simulated lines', async () => {
  await using bench = await createBench()
  expect((await stat(bench.socketPath)).mode & 0o777).toBe(0o600)
})

test('a closed backend leaves no socket behind', async () => {
  await using folder = await createFolder()
  const socketPath = join(folder.path, 'lines')
  const backend = await createSimulatedBackend({ socketPath })
  await backend[Symbol.asyncDispose]()
  await expect(stat(socketPath)).rejects.toThrow('ENOENT')
})

type Bench = AsyncDisposable & { readonly backend: LineBackend; readonly socketPath: string }
type ReadAnswer = { readonly ok: boolean; readonly error?: LineText }

async function createBench(): Promise<Bench> {
  const folder = await createFolder()
  const socketPath = join(folder.path, 'lines')
  const backend = await createSimulatedBackend({ socketPath })
  return {
    backend,
    socketPath,
    [Symbol.asyncDispose]: async () => {
      await backend[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

async function createFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'stillruf-socket-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** Sends the text as it is and returns as many answers. */
async function converse(socketPath: string, text: string, count: number): Promise<readonly ReadAnswer[]> {
  const socket = connect(socketPath)
  socket.write(text)
  const answers: ReadAnswer[] = []
  for await (const line of createInterface({ input: socket })) {
    answers.push(JSON.parse(line) as ReadAnswer)
    if (answers.length === count) break
  }
  socket.destroy()
  return answers
}

const spawnNode = (script: string) =>
  spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'inherit', 'inherit'] })
