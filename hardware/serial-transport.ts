// A serial port as firmata-io wants its transport: opened at a path that was configured, never searched for, and lost with a sentence.
import { EventEmitter } from 'node:events'
import type { SerialPort } from 'serialport'
import { LineError, type LineText } from './lines.ts'

export type SerialPortClass = typeof SerialPort

/** What StandardFirmata speaks (Firmata.begin(57600)). */
const baudRate = 57_600

/** Emits open, data, close; `heard` after each data, and `lost` with a reason if the port ends by itself. */
export class SerialTransport extends EventEmitter implements AsyncDisposable {
  readonly path: string
  readonly #port: SerialPort
  #opening: Promise<Error | null> = Promise.resolve(null)
  #closed = false

  constructor(SerialPortOfLibrary: SerialPortClass, path: string) {
    super()
    this.path = path
    this.#port = new SerialPortOfLibrary({ path, baudRate, autoOpen: false })
    this.#port.on('data', (bytes: Buffer) => this.#hear(bytes))
    this.#port.on('close', (error: Error | null) => this.#lose(asItIs(error?.message ?? 'closed')))
    this.#port.on('error', (error: Error) => this.#lose(asItIs(error.message)))
  }

  /** @throws LineError */
  async open(): Promise<void> {
    this.#opening = new Promise(resolve => this.#port.open(resolve))
    const error = await this.#opening
    if (error !== null) throw new LineError(openSentence(this.path, error.message))
    if (this.#closed) throw new LineError(closedSentence(this.path))
    this.emit('open')
  }

  /** Called by firmata-io. What cannot be written is noticed by the missing answer. */
  write(bytes: Buffer, done?: () => void): void {
    if (this.#port.isOpen) this.#port.write(bytes, () => done?.())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await this.#opening
    if (this.#port.isOpen) await new Promise<void>(resolve => this.#port.close(() => resolve()))
  }

  /** Bytes that are no Firmata make the library throw; nothing that this program does with a message happens within. */
  #hear(bytes: Buffer): void {
    if (this.#closed) return
    try {
      this.emit('data', bytes)
    } catch {
      this.#lose(noFirmata)
      return
    }
    this.emit('heard')
  }

  #lose(reason: LineText): void {
    if (this.#closed) return
    this.#closed = true
    this.emit('lost', reason)
  }
}

function openSentence(path: string, said: string): LineText {
  if (/No such file|ENOENT/i.test(said)) return missing(path)
  if (/Permission denied|EACCES/i.test(said)) return notAllowed(path)
  if (/lock|busy|temporarily unavailable/i.test(said)) return inUse(path)
  const reason = said.replace(/^Error:\s*/, '')
  return {
    de: `${path} lässt sich nicht öffnen (${reason}). Prüfen, ob es ein serieller Port ist.`,
    en: `${path} cannot be opened (${reason}). See that it is a serial port.`,
  }
}

const missing = (path: string): LineText => ({
  de: `Den seriellen Port ${path} gibt es nicht. Prüfen, ob das Board angesteckt ist, und seinen Namen aus „ls /dev/serial/by-id“ nehmen.`,
  en: `There is no serial port ${path}. See that the board is plugged in, and take its name from “ls /dev/serial/by-id”.`,
})

const notAllowed = (path: string): LineText => ({
  de: `Dieses Konto darf ${path} nicht benutzen. Das Konto in die Gruppe dialout aufnehmen und neu anmelden, oder als root ausführen.`,
  en: `This account may not use ${path}. Add the account to the group dialout and sign in again, or run as root.`,
})

const inUse = (path: string): LineText => ({
  de: `${path} wird von einem anderen Programm benutzt. Dieses beenden, oder den Port eines anderen Boards nennen.`,
  en: `${path} is in use by another program. Stop that one, or name the port of another board.`,
})

const closedSentence = (path: string): LineText => ({
  de: `${path} wurde beim Öffnen geschlossen. Das Backend neu anlegen.`,
  en: `${path} was closed while it was opened. Create the backend again.`,
})

const noFirmata: LineText = { de: 'es sendet etwas anderes als Firmata', en: 'it sends what is no Firmata' }

/** The library's own words. */
const asItIs = (said: string): LineText => ({ de: said, en: said })
