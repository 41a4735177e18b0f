// `doctor --press`: waits until each button was pressed once, and shows its edges as they come. They come from the running device, or
// from lines that are opened for it if none runs.
import { monotonicNow } from '../../../hardware/clock.ts'
import { type LineBackend, LineError } from '../../../hardware/lines.ts'
import { StartError } from '../../../protocol/command-line/start-error.ts'
import { type Language, type Text, text } from '../../../protocol/text.ts'
import { instant } from '../../../protocol/time.ts'
import type { LineId } from '../../core/circuit.ts'
import { openBackend } from '../backends.ts'
import type { Configuration } from '../configuration.ts'
import { type ButtonSettings, contactName, type InputSettings } from '../configuration-buttons.ts'
import { askStatus, type SeenEdge } from '../status-socket.ts'
import { edgeSeen, isDone, newWatch, type PressWatch, timePassed, type Watched } from './press-watch.ts'
import { probeProgram } from './program.ts'

const lookEveryMs = 20

/**
 * @param say prints one line
 * @param stopped settles when the person has enough
 * @returns whether every button was pressed
 */
export async function watchPresses(
  configuration: Configuration,
  language: Language,
  say: (line: string) => void,
  stopped: Promise<void>,
): Promise<boolean> {
  const tell = (said: Text): void => say(said[language])
  const watching = new Watching(configuration.buttons, tell)
  const lost = Promise.withResolvers<void>()
  await using _edges = await openEdges(configuration, edge => watching.edge(edge), tell, lost.resolve)
  tell(
    text(
      `Jetzt jeden Taster einmal drücken: ${watching.missing.join(', ')}. Strg-C beendet.`,
      `Now press each button once: ${watching.missing.join(', ')}. Ctrl-C ends.`,
    ),
  )
  await Promise.race([watching.done, stopped, lost.promise])
  watching[Symbol.dispose]()
  tell(conclusion(watching.missing))
  return watching.missing.length === 0
}

/** The buttons that are watched, and what was seen of them. */
class Watching implements Disposable {
  readonly #watches: Map<string, PressWatch>
  readonly #buttonOf: ReadonlyMap<LineId, string>
  readonly #tell: (said: Text) => void
  readonly #done = Promise.withResolvers<void>()
  readonly #timer: NodeJS.Timeout

  constructor(buttons: readonly ButtonSettings[], tell: (said: Text) => void) {
    const now = instant(monotonicNow())
    this.#watches = new Map(buttons.map(button => [button.id, newWatch(button, now)]))
    this.#buttonOf = new Map(buttons.flatMap(({ id, inputs }) => inputs.map(({ line }) => [line, id])))
    this.#tell = tell
    this.#timer = setInterval(() => this.#look(), lookEveryMs)
  }

  get done(): Promise<void> {
    return this.#done.promise
  }

  get missing(): readonly string[] {
    return [...this.#watches.values()].filter(({ isPressed }) => !isPressed).map(({ button }) => button.id)
  }

  edge({ line, level, at, timeSource }: SeenEdge): void {
    const button = this.#buttonOf.get(line)
    if (button !== undefined) this.#change(button, watch => edgeSeen(watch, line, level, instant(at), timeSource))
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const now = instant(monotonicNow())
    for (const button of this.#watches.keys()) this.#change(button, watch => timePassed(watch, now))
    if ([...this.#watches.values()].every(watch => isDone(watch, now))) this.#done.resolve()
  }

  #change(button: string, change: (watch: PressWatch) => Watched): void {
    const watch = this.#watches.get(button)
    if (watch === undefined) return
    const { watch: next, said } = change(watch)
    this.#watches.set(button, next)
    for (const each of said) this.#tell(each)
  }
}

/** @throws StartError if nobody can be asked and no line can be opened */
async function openEdges(
  configuration: Configuration,
  onEdge: (edge: SeenEdge) => void,
  tell: (said: Text) => void,
  onLost: () => void,
): Promise<AsyncDisposable> {
  const { data, buttons } = configuration
  const program = await probeProgram(data)
  if (program.kind === 'silent') throw new StartError(silentText)
  if (program.kind === 'runs') return askProgram(data, onEdge, tell, onLost)
  tell(
    text(
      'Das Geräteprogramm läuft nicht: Kein Druck löst jetzt einen Alarm aus.',
      'The device program does not run: no press raises an alarm now.',
    ),
  )
  await using stack = new AsyncDisposableStack()
  const backend = stack.use(await openBackend(configuration))
  for (const button of buttons)
    for (const input of button.inputs) {
      const line = await openOrTell(backend, input, contactName(button, input), onEdge, tell)
      if (line !== null) stack.use(line)
    }
  return stack.move()
}

/** Null: it cannot be opened, which is told; its button stays missing, which the end says. */
async function openOrTell(
  backend: LineBackend,
  input: InputSettings,
  name: string,
  onEdge: (edge: SeenEdge) => void,
  tell: (said: Text) => void,
): Promise<AsyncDisposable | null> {
  try {
    return await backend.openInput({
      ...input,
      onEdge: edge => onEdge({ ...edge, line: input.line }),
      onFailure: reason => tell(lineLost(name, reason)),
      onRecovery: () => tell(lineBack(name)),
    })
  } catch (error) {
    if (!(error instanceof LineError)) throw error
    tell(error.text)
    return null
  }
}

async function askProgram(
  data: string,
  onEdge: (edge: SeenEdge) => void,
  tell: (said: Text) => void,
  onLost: () => void,
): Promise<AsyncDisposable> {
  tell(
    text(
      'Das Geräteprogramm läuft: Jeder Druck ist jetzt ein echter Alarm, es sei denn, in der Konsole läuft für den Taster ein Probealarm.',
      'The device program runs: each press is a real alarm now, unless a test alarm runs for the button in the console.',
    ),
  )
  const asked = await askStatus(data, onEdge)
  if (asked === null) throw new StartError(silentText)
  let ended = false
  void asked.ended.then(() => {
    if (ended) return
    tell(text('Das Geräteprogramm hat sich beendet.', 'The device program has ended.'))
    onLost()
  })
  return {
    [Symbol.asyncDispose]: async () => {
      ended = true
      asked.end()
      await asked.ended
    },
  }
}

const silentText = text(
  'Das Geräteprogramm läuft, sagt diesem Konto aber nichts. Mit sudo noch einmal aufrufen.',
  'The device program runs but tells this account nothing. Call it again with sudo.',
)

const lineLost = (name: string, reason: Text): Text =>
  text(`${name}: Leitung ausgefallen: ${reason.de}`, `${name}: line failed: ${reason.en}`)
const lineBack = (name: string): Text => text(`${name}: Leitung ist wieder da.`, `${name}: the line is back.`)

const conclusion = (missing: readonly string[]): Text =>
  missing.length === 0
    ? text('Jeder Taster wurde erkannt.', 'Every button was recognised.')
    : text(
        `Nicht gedrückt oder nicht erkannt: ${missing.join(', ')}. Anschluss und Verdrahtung dieser Taster prüfen.`,
        `Not pressed, or not recognised: ${missing.join(', ')}. Check connection and wiring of these buttons.`,
      )
