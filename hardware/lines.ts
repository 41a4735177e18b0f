// The seam for lines. A backend finds and opens lines; an open line reports edges and can be read. Nothing here knows of alarms.

/** Closed and open are the contact's own words; how a level maps to them is the line's `closedLevel`. */
export type Level = 'closed' | 'open'

export type Edge = {
  readonly level: Level
  /** Monotonic clock of the machine (CLOCK_MONOTONIC), in milliseconds with fraction. */
  readonly at: number
  /** kernel: stamped by the kernel at the interrupt. arrival: stamped when this program saw it. */
  readonly timeSource: 'kernel' | 'arrival'
}

/** Where a line is: chip label and the line's place on the chip, never a global number [D8]. */
export type LineAddress = { readonly chip: string; readonly offset: number }
/** The name that the board's maker gave to a line, such as GPIO17. Known to the kernel's character device alone. */
export type LineName = { readonly name: string }
export type LineTarget = LineAddress | LineName

/** What the chip's own resistor does at an input. Left out: as the board or another program has set it. */
export type Bias = 'pull-up' | 'pull-down' | 'disabled'

export type InputOptions = {
  readonly address: LineTarget
  readonly bias?: Bias
  /** Which electrical level means that the contact is closed. A button to ground with a pull-up is `low`. */
  readonly closedLevel: 'low' | 'high'
  readonly onEdge: (edge: Edge) => void
  /** The line can no longer be trusted: cable, chip or helper process gone. The backend tries to recover by itself. */
  readonly onFailure: (reason: LineText) => void
  readonly onRecovery: () => void
}

/** Opening gives no edge: read the level. Only transitions are reported, each once. */
export type InputLine = {
  /** Reads the level now, past the edge mechanism. @throws never: null if it cannot be read. */
  readonly read: () => Promise<Level | null>
} & AsyncDisposable

export type OutputOptions = { readonly address: LineTarget; readonly activeLevel: 'low' | 'high' }
export type OutputLine = { readonly set: (active: boolean) => Promise<void> } & AsyncDisposable

/** One way to reach lines. Opening a line that is taken or missing rejects with a LineError that says what to do. */
export type LineBackend = {
  readonly name: string
  readonly openInput: (options: InputOptions) => Promise<InputLine>
  readonly openOutput: (options: OutputOptions) => Promise<OutputLine>
} & AsyncDisposable

/** In both languages: the same type as the protocol's, of which this folder knows nothing. */
export type LineText = Readonly<Record<'de' | 'en', string>>

/** A sentence for a technician: which line, what was found, what to do. It is English for a log. */
export class LineError extends Error {
  override readonly name = 'LineError'
  readonly text: LineText

  constructor(text: LineText) {
    super(text.en)
    this.text = text
  }
}
