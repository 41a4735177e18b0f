// A serial port as firmata-io wants its transport: opened at a path that was configured, never searched for, and lost with a sentence.
import { EventEmitter } from 'node:events'
import type { SerialPort } from 'serialport'
import { LineError } from './lines.ts'

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
    this.#port.on('close', (error: Error | null) => this.#lose(error?.message ?? 'closed'))
    this.#port.on('error', (error: Error) => this.#lose(error.message))
  }

  /** @throws LineError */
  async open(): Promise<void> {
    this.#opening = new Promise(resolve => this.#port.open(resolve))
    const error = await this.#opening
    if (error !== null) throw new LineError(openSentence(this.path, error.message))
    if (this.#closed) throw new LineError(`${this.path} was closed while it was opened.`)
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
      this.#lose('it sends what is no Firmata')
      return
    }
    this.emit('heard')
  }

  #lose(reason: string): void {
    if (this.#closed) return
    this.#closed = true
    this.emit('lost', reason)
  }
}

function openSentence(path: string, said: string): string {
  if (/No such file|ENOENT/i.test(said))
    return `There is no serial port ${path}. See that the board is plugged in, and take its name from ls /dev/serial/by-id.`
  if (/Permission denied|EACCES/i.test(said))
    return `This account may not use ${path}. Add the account to the group dialout and sign in again, or run as root.`
  if (/lock|busy|temporarily unavailable/i.test(said))
    return `${path} is in use by another program. Stop that one, or name the port of another board.`
  return `${path} cannot be opened (${said.replace(/^Error:\s*/, '')}). See that it is a serial port.`
}
