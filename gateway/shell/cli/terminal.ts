// What a terminal shows and asks: plain lines, times of this place, and a password that nobody sees.
import { createInterface, type Interface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { StartError } from '../../../protocol/command-line/start-error.ts'
import { type Language, text } from '../../../protocol/text.ts'
import type { WallTime } from '../../../protocol/time.ts'

/** Control characters could move the cursor or change the window: what others wrote is shown without them. */
export const harmless = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�')

export function printLine(line: string): void {
  process.stdout.write(`${harmless(line)}\n`)
}

const formats: Readonly<Record<Language, Intl.DateTimeFormat>> = {
  de: new Intl.DateTimeFormat('de-DE', { dateStyle: 'medium', timeStyle: 'long' }),
  en: new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' }),
}

/** Date and time in this machine's time zone, which is named: one hour in October comes twice. */
export const timeText = (at: WallTime, language: Language): string => formats[language].format(at)

/**
 * The password from STILLRUF_PASSWORD, or asked for at the terminal without showing it.
 * @throws StartError if there is neither, or if the person enters none (Ctrl-D).
 */
export async function askPassword(account: string, language: Language): Promise<string> {
  const given = process.env.STILLRUF_PASSWORD
  if (given !== undefined) return given
  if (!process.stdin.isTTY)
    throw new StartError(
      text(
        `Das Passwort von „${account}“ fehlt. Es in STILLRUF_PASSWORD angeben oder den Befehl in einem Terminal ausführen.`,
        `The password of “${account}” is missing. Set it in STILLRUF_PASSWORD, or run this in a terminal.`,
      ),
    )
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true })
  process.stderr.write(text(`Passwort von ${account}: `, `Password of ${account}: `)[language])
  try {
    reader.once('SIGINT', () => interrupt(reader))
    return await reader.question('')
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error
    throw new StartError(
      text(
        `Für „${account}“ wurde kein Passwort eingegeben. Den Befehl noch einmal ausführen.`,
        `No password was entered for “${account}”. Run the command again.`,
      ),
    )
  } finally {
    reader.close()
    process.stderr.write('\n')
  }
}

/** Ends as a program without a prompt does at Ctrl-C: by the signal, which a shell shows as status 130. */
function interrupt(reader: Interface): void {
  reader.close()
  process.stderr.write('\n')
  process.kill(process.pid, 'SIGINT')
}
