// `npm start`: a fictitious town hall on this machine. The gateway and the devices run as the separate programs that they
// are; this file only sets them up, starts and stops them, and turns keys into presses.
import { relative } from 'node:path'
import { configuredLanguage } from '../../gateway/shell/cli/place.ts'
import { optionIn } from '../../protocol/command-line/language.ts'
import { runProgram } from '../../protocol/command-line/run-program.ts'
import { StartError } from '../../protocol/command-line/start-error.ts'
import type { Language } from '../../protocol/text.ts'
import { openFolder, prepareFolder, type TownHall } from './folder.ts'
import { createHand, fingersOf, listenToKeys, type Touched } from './keys.ts'
import { createProgram, type Options } from './program.ts'
import { Running } from './running.ts'
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
})

/** Until it was stopped as asked. @throws StartError if something else ended it. */
async function start(options: Options, language: Language): Promise<void> {
  const texts = textsIn[language]
  try {
    await run(options, language, texts)
    say(texts.stopped)
  } catch (error) {
    if (!(error instanceof StartError) || !stop.signal.aborted) throw error
  }
}

async function run({ data, ...ports }: Options, language: Language, texts: Texts): Promise<void> {
  const folder = relative('', data).startsWith('..') ? data : relative('', data) || '.'
  const wanted = { mqtt: ports.mqttPort ?? null, console: ports.consolePort ?? null }
  const password = await prepareFolder(folder, wanted, language, () => say(texts.preparing(folder)))
  if (password !== null) say(texts.account(password), '')
  const hall = await openFolder(folder)
  await using running = new Running(hall, folder, language)
  if (stop.signal.aborted) return
  await running.start()
  say(...texts.running(hall, folder))
  const ended = await Promise.race([running.endedUnasked, aborted(stop.signal), follow(hall, running, folder, texts)])
  if (ended instanceof StartError) throw ended
  say(texts.stopping)
}

/** Keys in a terminal, commands elsewhere. Resolves when the person wants to stop. */
function follow(hall: TownHall, running: Running, folder: string, texts: Texts): Promise<void> {
  const [first] = hall.devices
  if (first === undefined) return new Promise(() => {})
  if (!process.stdin.isTTY) {
    say(...texts.commands(folder, first.id, first.buttons[0]?.id ?? ''))
    return new Promise(() => {})
  }
  const fingers = fingersOf(hall.devices)
  const rows = fingers.map(({ key, device, button }) => `  ${key}         ${button.place} – ${device.id}`)
  say(...texts.keys(rows, first.id))
  const touch = createHand(fingers, touched => say(touchedText(touched, texts)))
  return new Promise((resolve, reject) => {
    const end = listenToKeys(key => {
      if (key === 'k') restart(running, texts).catch(reject)
      else if (key === 'n') say(texts[running.toggleNetwork(first)](first.id))
      else if (key === 'q' || key === '\u0003') resolve(end())
      else touch(key)
    })
  })
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

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => signal.addEventListener('abort', () => resolve()))
}
