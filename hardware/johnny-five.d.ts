// As much of johnny-five 2.1 and firmata-io 2.3 as is used here; neither brings types of its own.

declare module 'firmata-io' {
  import type { EventEmitter } from 'node:events'

  /** Emits digital-read with pin and value, for every input pin of a port that the board reports. */
  export class Firmata extends EventEmitter {
    constructor(transport: EventEmitter, options: { readonly reportVersionTimeout: number })
    readonly MODES: { readonly INPUT: number; readonly OUTPUT: number; readonly PULLUP: number }
    readonly version: { readonly major?: number; readonly minor?: number }
    readonly pins: readonly { readonly state?: number }[]
    readonly reportVersionTimeoutId: NodeJS.Timeout
    pinMode(pin: number, mode: number): void
    /** The board answers with the values of the pin's whole port, and with every change from then on. */
    reportDigitalPin(pin: number, value: 0 | 1): void
    queryFirmware(answered: () => void): void
    queryPinState(pin: number, answered: () => void): void
  }
  const library: { readonly Firmata: typeof Firmata }
  export default library
}

declare module 'johnny-five' {
  import type { EventEmitter } from 'node:events'
  import type { Firmata } from 'firmata-io'

  export type BoardOptions = {
    readonly io: Firmata
    readonly id: string
    readonly repl: false
    readonly debug: false
    readonly sigint: false
    /** Milliseconds from the open port to `ready`; after that it emits error. */
    readonly timeout: number
  }
  export type Pins = {
    readonly length: number
    readonly [pin: number]: { readonly supportedModes: readonly number[] } | undefined
    isInput(pin: number): boolean
    isOutput(pin: number): boolean
  }
  /** Emits ready and error. */
  export class Board extends EventEmitter {
    /** Every board that was ever made in this process, for ever. */
    static readonly cache: Board[]
    constructor(options: BoardOptions)
    readonly pins: Pins
    readonly timer: NodeJS.Timeout | null
  }
  const library: { readonly Board: typeof Board }
  export default library
}
