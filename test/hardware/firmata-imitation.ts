// A board with StandardFirmata 2.5 for tests, as a process of its own: everything that it says and understands is what the sketch does
// (examples/StandardFirmata of firmata/arduino). The serial line is a Unix socket, which socat turns into a port; each new connection is a
// board that was just plugged in. The test moves contacts over the channel of fork().
//   fork('firmata-imitation.ts', [SOCKET])     sends "ready"
import { createServer, type Socket } from 'node:net'

/** Each is answered by its own `id` once it is done; `outputs` are pins that are driven high. */
export type BoardCommand = { readonly id: number } & (
  | { readonly kind: 'contact'; readonly pin: number; readonly high: boolean }
  | { readonly kind: 'silent'; readonly silent: boolean }
  | { readonly kind: 'send'; readonly bytes: readonly number[] }
  | { readonly kind: 'outputs' }
  | { readonly kind: 'modes' }
)
export type BoardAnswer = { readonly id: number; readonly pins: Readonly<Record<number, number>> }

const pinCount = 20
const [input, output, pullUp] = [0x00, 0x01, 0x0b]
/** As on an Uno: 0 and 1 are the serial line. Pin 12 is of an older kind of board. */
const isDigital = (pin: number): boolean => pin >= 2 && pin < pinCount
const hasPullUp = (pin: number): boolean => isDigital(pin) && pin !== 12
const firmwareName = 'StandardFirmata.ino'

class Board {
  readonly #contacts = new Map<number, boolean>()
  #modes = new Map<number, number>()
  #states = new Map<number, number>()
  #reported = new Set<number>()
  #sent = new Map<number, number>()
  #socket: Socket | null = null
  #received: number[] = []
  #silent = false

  plugIn(socket: Socket): void {
    this.#socket = socket
    this.#modes = new Map(Array.from({ length: pinCount }, (_, pin) => [pin, output]))
    this.#states = new Map()
    this.#reported = new Set()
    this.#sent = new Map()
    this.#received = []
    socket.on('data', bytes => {
      for (const byte of bytes) this.#receive(byte)
    })
    socket.on('error', () => socket.destroy()) // Unplugged.
    this.#sayVersion()
    this.#sayFirmware()
  }

  obey(command: BoardCommand): BoardAnswer['pins'] {
    if (command.kind === 'contact') {
      this.#contacts.set(command.pin, command.high)
      const port = command.pin >> 3
      if (this.#reported.has(port)) this.#report(port, false)
    }
    if (command.kind === 'silent') this.#silent = command.silent
    if (command.kind === 'send') this.#send(...command.bytes)
    if (command.kind === 'modes') return Object.fromEntries(this.#modes)
    const driven = [...this.#states].filter(([pin]) => this.#modes.get(pin) === output)
    return Object.fromEntries(driven)
  }

  #receive(byte: number): void {
    if (byte >= 0x80 && byte !== 0xf7) this.#received = []
    this.#received.push(byte)
    const [command = 0, ...values] = this.#received
    const isSysex = command === 0xf0
    const kind = command < 0xf0 ? command & 0xf0 : command
    const valuesOf: Readonly<Record<number, number>> = { 244: 2, 245: 2, 208: 1, 192: 1, 144: 2, 224: 2 }
    if (isSysex ? byte !== 0xf7 : values.length < (valuesOf[kind] ?? 0)) return
    this.#received = []
    if (isSysex) this.#sysex(values[0] ?? 0, values.slice(1, -1))
    else this.#message(kind, command & 0x0f, values)
  }

  #message(kind: number, port: number, [first = 0, second = 0]: readonly number[]): void {
    if (kind === 0xf9) this.#sayVersion()
    if (kind === 0xf4 && isDigital(first)) {
      this.#modes.set(first, second)
      this.#states.set(first, second === pullUp ? 1 : 0)
    }
    if (kind === 0xf5 && this.#modes.get(first) === output) this.#states.set(first, second)
    if (kind !== 0xd0) return
    if (first === 0) this.#reported.delete(port)
    else {
      this.#reported.add(port)
      this.#report(port, true)
    }
  }

  #sysex(kind: number, [pin = 0]: readonly number[]): void {
    if (kind === 0x79) this.#sayFirmware()
    if (kind === 0x6b) this.#send(0xf0, 0x6c, ...eachPin(pinCapabilities), 0xf7)
    if (kind === 0x69) this.#send(0xf0, 0x6a, ...eachPin(each => [each >= 14 ? each - 14 : 0x7f]), 0xf7)
    if (kind === 0x6d) this.#send(0xf0, 0x6e, pin, this.#modes.get(pin) ?? 0, this.#states.get(pin) ?? 0, 0xf7)
  }

  #report(port: number, always: boolean): void {
    let value = 0
    for (let pin = port * 8; pin < port * 8 + 8; pin++) {
      const mode = this.#modes.get(pin)
      if ((mode === input || mode === pullUp) && (this.#contacts.get(pin) ?? true)) value |= 1 << (pin & 7)
    }
    if (!always && this.#sent.get(port) === value) return
    this.#sent.set(port, value)
    this.#send(0x90 | port, value & 0x7f, value >> 7)
  }

  #sayVersion(): void {
    this.#send(0xf9, 2, 5)
  }

  #sayFirmware(): void {
    const name = [...Buffer.from(firmwareName)].flatMap(byte => [byte & 0x7f, byte >> 7])
    this.#send(0xf0, 0x79, 2, 5, ...name, 0xf7)
  }

  #send(...bytes: readonly number[]): void {
    if (!this.#silent) this.#socket?.write(Buffer.from(bytes))
  }
}

const eachPin = (tell: (pin: number) => readonly number[]): readonly number[] =>
  Array.from({ length: pinCount }, (_, pin) => tell(pin)).flat()

function pinCapabilities(pin: number): readonly number[] {
  if (!isDigital(pin)) return [0x7f]
  return [input, 1, ...(hasPullUp(pin) ? [pullUp, 1] : []), output, 1, 0x7f]
}

if (import.meta.main) {
  const board = new Board()
  const server = createServer(socket => board.plugIn(socket))
  server.listen(process.argv[2], () => process.send?.('ready'))
  process.on('message', (command: BoardCommand) => {
    process.send?.({ id: command.id, pins: board.obey(command) } satisfies BoardAnswer)
  })
  process.once('disconnect', () => process.exit())
}
