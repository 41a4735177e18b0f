// The runtime log: pino, one JSON object a line on stderr. What happened and to which press; never keys, never content.
import pino from 'pino'
import type { Effect, JournalEntry } from '../core/model.ts'

type Write = (fields: Readonly<Record<string, unknown>>, text: string) => void
export type RuntimeLog = { readonly debug: Write; readonly info: Write; readonly warn: Write; readonly error: Write }

export const createLog = (): RuntimeLog =>
  pino(
    { level: 'info', base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: false }),
  )

/** Of what the step asks for, the part that somebody who looks for a press or a fault wants to read. */
export function logEffect(log: RuntimeLog, effect: Effect): void {
  if (effect.kind === 'journal') logEntry(log, effect.entry)
  if (effect.kind === 'reportYielded') log.error({ press: effect.press }, 'press gave way: the outbox is full')
  if (effect.kind !== 'reportFault') return
  const { code, subject, state } = effect
  if (state === 'raised') log.warn({ fault: code, subject }, 'fault raised')
  else log.info({ fault: code, subject }, 'fault cleared')
}

function logEntry(log: RuntimeLog, entry: JournalEntry): void {
  if (entry.kind === 'pressed') {
    const { id, button, meaning, contact } = entry.press
    log.info({ press: id, button, meaning: meaning.kind, confirmedBy: contact.confirmedBy }, 'pressed')
  }
  if (entry.kind === 'retired') log.info({ press: entry.press }, 'nothing is owed for the press any more')
}
