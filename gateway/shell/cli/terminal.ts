// What a terminal shows and asks: plain lines, times of this place, and a password that nobody sees.
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { Language } from '../../../protocol/faults.ts'
import type { WallTime } from '../../../protocol/time.ts'
import { StartError } from '../start-error.ts'

/** Control characters could move the cursor or change the window: what others wrote is shown without them. */
export const harmless = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�')

export function printLine(line: string): void {
  process.stdout.write(`${harmless(line)}\n`)
}

const formats: Readonly<Record<Language, Intl.DateTimeFormat>> = {
  de: new Intl.DateTimeFormat('de-DE', { dateStyle: 'medium', timeStyle: 'medium' }),
  en: new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' }),
}

/** Date and time in this machine's time zone. */
export const timeText = (at: WallTime, language: Language): string => formats[language].format(at)

/**
 * The password from STILLRUF_PASSWORD, or asked for at the terminal without showing it.
 * @throws StartError if there is neither.
 */
export async function askPassword(account: string): Promise<string> {
  const given = process.env.STILLRUF_PASSWORD
  if (given !== undefined) return given
  if (!process.stdin.isTTY)
    throw new StartError(
      `The password of “${account}” is missing. Set it in STILLRUF_PASSWORD, or run this in a terminal.`,
    )
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true })
  process.stderr.write(`Passwort / password (${account}): `)
  try {
    return await reader.question('')
  } finally {
    reader.close()
    process.stderr.write('\n')
  }
}
