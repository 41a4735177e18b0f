// `npm start`: a fictitious town hall on this machine. The gateway and the devices run as the separate programs that they
// are; this file only sets them up, starts and stops them, and turns keys into presses.
import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import { Obstacle, openFolder, type Ports, prepareFolder, type TownHall } from './folder.ts'
import { createHand, fingersOf, listenToKeys, type Touched } from './keys.ts'
import { Running } from './running.ts'
import { languageOf, textsIn } from './texts.ts'

const texts = textsIn[languageOf(process.env)]
const say = (...lines: readonly string[]): void => console.log(lines.join('\n'))

/** Resolves when everything has stopped as asked. @throws Obstacle */
async function main(stop: AbortSignal): Promise<void> {
  const { folder, ports } = readOptions()
  const shown = relative('', folder).startsWith('..') ? folder : relative('', folder) || '.'
  await prepare(shown, ports)
  const hall = await openFolder(shown, texts)
  await using running = new Running(hall, shown, texts)
  if (stop.aborted) return
  await running.start()
  say(...texts.running(hall, shown))
  const obstacle = await Promise.race([running.endedUnasked, aborted(stop), follow(hall, running, shown)])
  if (obstacle instanceof Obstacle) throw obstacle
  say(texts.stopping)
}

async function prepare(folder: string, ports: Ports): Promise<void> {
  const password = await prepareFolder(folder, ports, texts, () => say(texts.preparing(folder)))
  if (password !== null) say(texts.account(password), '')
}

/** Keys in a terminal, commands elsewhere. Resolves when the person wants to stop. */
function follow(hall: TownHall, running: Running, folder: string): Promise<void> {
  const [first] = hall.devices
  if (first === undefined) return new Promise(() => {})
  if (!process.stdin.isTTY) {
    say(...texts.commands(folder, first.id, first.buttons[0]?.id ?? ''))
    return new Promise(() => {})
  }
  const fingers = fingersOf(hall.devices)
  const rows = fingers.map(({ key, device, button }) => `  ${key}         ${button.place} – ${device.id}`)
  say(...texts.keys(rows, first.id))
  const touch = createHand(fingers, touched => say(touchedText(touched)))
  return new Promise((resolve, reject) => {
    const end = listenToKeys(key => {
      if (key === 'k') restart(running).catch(reject)
      else if (key === 'n') say(texts[running.toggleNetwork(first)](first.id))
      else if (key === 'q' || key === '\u0003') resolve(end())
      else touch(key)
    })
  })
}

async function restart(running: Running): Promise<void> {
  say(texts.killing)
  const tookMs = await running.restartGateway()
  if (tookMs !== null) say(texts.back((tookMs / 1000).toFixed(1)))
}

function touchedText(touched: Touched): string {
  if ('failure' in touched) return texts.notPressed(touched.failure)
  const { finger, level } = touched
  return (level === 'closed' ? texts.pressed : texts.released)(finger.key, finger.button.place)
}

function readOptions(): { readonly folder: string; readonly ports: Ports } {
  const given = process.argv.slice(2)
  const text = { type: 'string' } as const
  try {
    const { values } = parseArgs({ args: given, options: { data: text, 'mqtt-port': text, 'console-port': text } })
    const port = (name: 'mqtt-port' | 'console-port'): number | null => {
      const value = values[name]
      if (value === undefined) return null
      if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value)
      throw new Obstacle(texts.badPort(`--${name}`, value))
    }
    return { folder: values.data ?? 'data', ports: { mqtt: port('mqtt-port'), console: port('console-port') } }
  } catch (error) {
    throw error instanceof Obstacle ? error : new Obstacle(texts.badOptions(given.join(' ')))
  }
}

const aborted = (stop: AbortSignal): Promise<void> =>
  new Promise(resolve => stop.addEventListener('abort', () => resolve()))

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())
try {
  await main(stop.signal)
  say(texts.stopped)
} catch (error) {
  if (!(error instanceof Obstacle)) throw error
  if (!stop.signal.aborted) console.error(error.message)
  process.exitCode = stop.signal.aborted ? 0 : 2
}
