// `npm start`: a fictitious town hall on this machine. The gateway and the devices run as the separate programs that they
// are; this file only sets them up, starts and stops them, and turns keys into presses.
import { once } from 'node:events'
import { relative } from 'node:path'
import { configuredLanguage } from '../../gateway/shell/cli/place.ts'
import { optionIn } from '../../protocol/command-line/language.ts'
import { watched } from '../../protocol/command-line/output.ts'
import { runProgram } from '../../protocol/command-line/run-program.ts'
import { StartError } from '../../protocol/command-line/start-error.ts'
import type { Language } from '../../protocol/text.ts'
import { makeFolder, openFolder, type TownHall } from './folder.ts'
import { createHand, fingersOf, listenToKeys, type Touched } from './keys.ts'
import { usePorts } from './ports.ts'
import { createProgram, type Options } from './program.ts'
import { Running } from './running.ts'
import { giveIdentities, setUpGateway } from './set-up.ts'
import { type Texts, textsIn } from './texts.ts'

const words = process.argv.slice(2)
const say = (...lines: readonly string[]): void => console.log(lines.join('\n'))

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())
process.exitCode = await runProgram({
  words,
  environment: process.env,
  create: asked => createProgram(asked, start),
  configured: async () => configuredLanguage({ data: optionIn(words, '--data') ?? 'data' }),
  tell: sentence => console.error(sentence),
  written: watched(process.stdout),
})

/** Until it was stopped as asked. @throws StartError if something else ended it. */
async function start(options: Options, language: Language): Promise<void> {
  const texts = textsIn[language]
  try {
    await run(options, language, texts)
  } catch (error) {
    if (!(error instanceof StartError) || !stop.signal.aborted) throw error
  }
  say(texts.stopped)
}

async function run({ data, ...ports }: Options, language: Language, texts: Texts): Promise<void> {
  const folder = relative('', data).startsWith('..') ? data : relative('', data) || '.'
  makeFolder(folder, () => say(texts.preparing(folder)))
  await usePorts(folder, { mqtt: ports.mqttPort ?? null, console: ports.consolePort ?? null })
  const account = await setUpGateway(folder, language)
  say(texts.account(account, folder), '') // at once: whatever happens next, nothing shows the password again
  await giveIdentities(folder, language, stop.signal)
  const hall = openFolder(folder)
  await using running = new Running(hall, folder, language, (log, reason) => say(texts.logLost(log, reason)))
  if (stop.signal.aborted) return
  await running.start()
  say(...texts.running(hall, account, folder))
  using person = follow(hall, running, folder, texts)
  const ended = await Promise.race([running.endedUnasked, aborted(stop.signal), person.stops])
  if (ended instanceof StartError) throw ended
  say(texts.stopping)
}

/** `stops` resolves when the person in front wants to stop, and rejects with a StartError if what they asked for fails. */
type Person = { readonly stops: Promise<void> } & Disposable

/** Keys in a terminal, commands elsewhere. */
function follow(hall: TownHall, running: Running, folder: string, texts: Texts): Person {
  const [first] = hall.devices
  const { promise: stops, resolve, reject } = Promise.withResolvers<void>()
  if (first === undefined || !process.stdin.isTTY) {
    if (first !== undefined) say(texts.press(folder, first.id, first.buttons[0]?.id ?? ''))
    say(texts.stop)
    return { stops, [Symbol.dispose]: () => {} }
  }
  const fingers = fingersOf(hall.devices)
  const rows = fingers.map(({ key, device, button }) => `  ${key}         ${button.place} – ${device.id}`)
  say(...texts.keys(rows, first.id))
  const touch = createHand(fingers, touched => say(touchedText(touched, texts)))
  const keys = listenToKeys(key => {
    if (key === 'k') restart(running, texts).catch(reject)
    else if (key === 'n') say(texts[running.toggleNetwork(first)](first.id))
    else if (key === 'q' || key === '\u0003') resolve()
    else touch(key)
  })
  return { stops, [Symbol.dispose]: () => keys[Symbol.dispose]() }
}

async function restart(running: Running, texts: Texts): Promise<void> {
  say(texts.killing)
  const tookMs = await running.restartGateway()
  if (tookMs !== null) say(texts.back((tookMs / 1000).toFixed(1)))
}

function touchedText(touched: Touched, texts: Texts): string {
  if ('failure' in touched) return texts.notPressed(touched.failure)
  const { finger, level } = touched
  return (level === 'closed' ? texts.pressed : texts.released)(finger.key, finger.button.place)
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}
