// Loaded before a program by the crash tests: wraps the loop of protocol/step.ts, so that the process kills itself with SIGKILL
// at its n-th point, and reports what it hears and promises. The programs themselves know nothing of it.
//
// Points are numbered from 1 at the start of the process, or from the moment of an order: one before each effect, and one after
// the last effect of each step. After an effect that has a next one in its step is the same moment as before that next one.
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { registerHooks } from 'node:module'

const report = process.env.REPORT_FILE ?? ''
/** A file with a number: that many points from now. */
const order = process.env.ORDER_FILE ?? ''
let lastPoint = Number(process.env.KILL_AT_POINT ?? '0')

/** A line of the report is on the file before anything else happens: it outlives the process. */
const tell = (line: string): void => appendFileSync(report, `${line}\n`)

let points = 0
function point(where: string): void {
  points += 1
  if (existsSync(order)) {
    lastPoint = points - 1 + Number(readFileSync(order, 'utf8'))
    rmSync(order)
  }
  if (points !== lastPoint) return
  tell(`killed ${where}`)
  process.kill(process.pid, 'SIGKILL')
}

type Told = { readonly kind: string; readonly id?: string; readonly button?: string }
type Entry =
  | { readonly kind: 'pressed'; readonly press: { readonly id: string } }
  | Retired
  | { readonly kind: 'checked' }
type Retired = { readonly kind: 'retired'; readonly press: string }
/** As much of an event or effect of either program as is told. */
type Any = { readonly kind: string; readonly message?: Told; readonly entry?: Entry }

/** What the oracles ask for: which press was sent, ended, journaled, receipted and forgotten, and which receipt was promised. */
function note({ kind, message, entry }: Any): void {
  if (kind === 'received' && message?.kind === 'receipt') tell(`receipt ${message.id}`)
  if (kind === 'sendToDevice' && message?.kind === 'receipt') tell(`receipt ${message.id}`)
  if (kind === 'publish' && message?.button !== undefined) {
    tell(`published ${message.id}`)
    tell(`pressed ${message.button} ${message.id}`)
  }
  if (kind === 'publish' && message?.kind === 'released') tell(`released ${message.id}`)
  if (kind === 'journaled' && entry?.kind === 'pressed') tell(`journaled ${entry.press.id}`)
  if (kind === 'journal' && entry?.kind === 'retired') tell(`retired ${entry.press}`)
}

type Result = { readonly effects: readonly unknown[] }
type Options = { readonly step: (state: unknown, event: Any) => Result; readonly perform: (effect: Any) => void }

/** Wraps what `startLoop` is given. */
export function observed(options: Options): Options {
  let left = 0
  return {
    ...options,
    step: (state, event) => {
      note(event)
      const result = options.step(state, event)
      left = result.effects.length
      return result
    },
    perform: effect => {
      point(`before ${effect.kind}`)
      note(effect)
      options.perform(effect)
      left -= 1
      if (left === 0) point(`after ${effect.kind}`)
    },
  }
}

const wrapped = (url: string): string => `
  import { startLoop as original } from '${url}?original'
  import { observed } from '${import.meta.url}'
  export * from '${url}?original'
  export const startLoop = options => original(observed(options))
`

registerHooks({
  load: (url, context, next) =>
    url.endsWith('/protocol/step.ts')
      ? { format: 'module', shortCircuit: true, source: wrapped(url) }
      : next(url, context),
})
