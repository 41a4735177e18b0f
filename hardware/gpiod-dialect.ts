// The two dialects of Debian's gpiod: v1.6 (Debian 12) and v2 (Debian 13). Same programs, other options; what they print for an edge is
// asked for in one form, so that the rest of this folder need not know which of them runs.
import { type Bias, LineError } from './lines.ts'

/** A line as the kernel has it at the moment: the N of /dev/gpiochipN, and the place on that chip. Numbers are not kept [D8]. */
export type Place = { readonly chip: number; readonly offset: number }

export type Dialect = {
  readonly version: string
  /** Shell words that print the level, 0 or 1, as the line's electrical one. */
  readonly get: (place: Place, bias: Bias | undefined) => string
  /** Shell words that hold the line and print a text that `parseEdge` reads for each edge. */
  readonly monitor: (place: Place, bias: Bias | undefined) => string
  /** Shell words that drive the line until ended. */
  readonly set: (place: Place, high: boolean) => string
  /** Whether monitor and set say with a line of text that they hold their line. */
  readonly saysWhenHolding: boolean
}

export type GpiodEdge = { readonly high: boolean; readonly at: number }

/** @param versionText what `gpiomon --version` prints. @throws LineError if this gpiod is not known. */
export function dialectOf(versionText: string): Dialect {
  const [, version = '', major = '', minor = ''] = /\bv((\d+)\.(\d+)\S*)/.exec(versionText) ?? []
  if (major === '1' && Number(minor) >= 5) return { version, ...v1 }
  if (major === '2') return { version, ...v2 }
  throw new LineError({
    de: `gpiomon nennt als Version ${version || 'nichts'}; erwartet wird 1.5 bis 2. Das Debian-Paket gpiod installieren (apt-get install gpiod).`,
    en: `gpiomon says it is of version ${version || 'unknown'}; expected 1.5 to 2. Install Debian’s package gpiod (apt-get install gpiod).`,
  })
}

/** Null if the text is none that an edge was asked to be printed as. Times are milliseconds of CLOCK_MONOTONIC. */
export function parseEdge(text: string): GpiodEdge | null {
  const [, kind, seconds, nanoseconds] = /^([012]) (\d+)[ .](\d{1,9})$/.exec(text) ?? []
  return kind === undefined ? null : { high: kind === '1', at: Number(seconds) * 1e3 + Number(nanoseconds) / 1e6 }
}

const v1Bias: Record<Bias, string> = { 'pull-up': 'pull-up', 'pull-down': 'pull-down', disabled: 'disable' }
const optionOf = (value: string | undefined): string => (value === undefined ? '' : ` --bias=${value}`)

// %e is 0 falling, 1 rising; %n has no leading zeros. Stamps are CLOCK_MONOTONIC since Linux 5.7; there is no option.
const v1: Omit<Dialect, 'version'> = {
  get: ({ chip, offset }, bias) => `gpioget${optionOf(bias && v1Bias[bias])} ${chip} ${offset}`,
  monitor: ({ chip, offset }, bias) =>
    `gpiomon --line-buffered --format='%e %s %n'${optionOf(bias && v1Bias[bias])} ${chip} ${offset}`,
  set: ({ chip, offset }, high) => `gpioset --mode=signal ${chip} ${offset}=${high ? 1 : 0}`,
  saysWhenHolding: false,
}

// %e is 1 rising, 2 falling; %S has nine decimals. The output is flushed after each batch of edges.
const v2: Omit<Dialect, 'version'> = {
  get: ({ chip, offset }, bias) => `gpioget --numeric${optionOf(bias)} --chip=${chip} ${offset}`,
  monitor: ({ chip, offset }, bias) =>
    `gpiomon --banner --event-clock=monotonic --format='%e %S'${optionOf(bias)} --chip=${chip} ${offset}`,
  set: ({ chip, offset }, high) => `gpioset --banner --chip=${chip} ${offset}=${high ? 1 : 0}`,
  saysWhenHolding: true,
}
