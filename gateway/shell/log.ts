// The log: JSON, one event a line, to stderr. Never keys, payload bytes, or names of persons.
import pino, { type Logger } from 'pino'

/** @param level `debug` also tells of every connection that failed. */
export function createLog(level: 'info' | 'debug'): Logger {
  const options = {
    level,
    base: null,
    errorKey: 'error',
    messageKey: 'text',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return pino(options, pino.destination({ dest: 2, sync: true }))
}
