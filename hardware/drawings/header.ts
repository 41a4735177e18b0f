// The header as it lies on the board, seen from above, with the pins that the other drawings use.
import { boards, type HeaderPin, pinOf, type Reservation } from '../boards.ts'
import { colours, drawing, type Shape, text } from './svg.ts'

/** What hangs where in the drawings. Any other free pin does as well. */
export const used = {
  button: { pin: 11, ground: 9 },
  closed: { pin: 22, ground: 25 },
  antivalent: { open: 13, closed: 15, ground: 14 },
  twoHand: { first: 29, second: 31, ground: 30 },
  tamper: { pin: 16, ground: 20 },
  indicator: { pin: 36, ground: 34 },
  relay: { pin: 37, ground: 39, supply: 2 },
} as const

/** The line that the pin carries. */
export function gpioOf(pin: number): number {
  const found = pinOf(boards['raspberry-pi-4'], pin)
  if (found.kind !== 'line') throw new Error(`pin ${pin} of the drawings carries no line that is free`)
  return found.address.offset
}

const words: Readonly<Record<Reservation, string>> = {
  idEeprom: 'ID-EEPROM',
  serialConsole: 'UART',
  spi: 'SPI',
  i2c: 'I²C',
}
const uses: ReadonlyMap<number, string> = new Map([
  [used.button.pin, 'Schließer / NO'],
  [used.button.ground, 'Schließer / NO'],
  [used.closed.pin, 'Öffner / NC'],
  [used.closed.ground, 'Öffner / NC'],
  [used.antivalent.open, 'antivalent: NO'],
  [used.antivalent.closed, 'antivalent: NC'],
  [used.antivalent.ground, 'antivalent'],
  [used.twoHand.first, 'Zweihand / two-hand'],
  [used.twoHand.second, 'Zweihand / two-hand'],
  [used.twoHand.ground, 'Zweihand / two-hand'],
  [used.tamper.pin, 'Deckel / lid'],
  [used.tamper.ground, 'Deckel / lid'],
  [used.indicator.pin, 'Anzeige / indicator'],
  [used.indicator.ground, 'Anzeige / indicator'],
  [used.relay.pin, 'Relais / relay'],
  [used.relay.ground, 'Relais / relay'],
  [used.relay.supply, 'Relais / relay'],
])

const rowHeight = 26
const top = 78
const width = 820
const middle = width / 2

export function headerDrawing(): string {
  const header = boards['raspberry-pi-4'].header ?? []
  return drawing(width, top + 20 * rowHeight + 62, '40-pin header of a Raspberry Pi', [
    text([middle, 28], 'Stiftleiste / header: Raspberry Pi 3, 4, 5, Zero 2 W', {
      anchor: 'middle',
      size: 17,
      bold: true,
    }),
    text([middle, 50], 'Compute Module 4, 5 auf ihrem IO-Board / on its IO board', {
      anchor: 'middle',
      size: 13,
      colour: colours.faint,
    }),
    `<rect x="${middle - 30}" y="${top - 14}" width="60" height="${20 * rowHeight + 4}" rx="4" fill="#e9e9e9"/>`,
    ...header.map(pinDrawing),
    ...legend(top + 20 * rowHeight + 34),
  ])
}

function pinDrawing(pin: HeaderPin): Shape {
  const left = pin.pin % 2 === 1
  const x = middle + (left ? -14 : 14)
  const y = top + Math.floor((pin.pin - 1) / 2) * rowHeight
  const outward = left ? -1 : 1
  const anchor = left ? 'end' : 'start'
  const use = uses.get(pin.pin)
  const ring = use === undefined ? '' : ` stroke="${colours.used}" stroke-width="4"`
  return [
    `<circle cx="${x}" cy="${y}" r="9" fill="${colourOf(pin)}"${ring}/>`,
    text([x, y + 4], String(pin.pin), { size: 9, anchor: 'middle', colour: colours.paper }),
    text([x + outward * 24, y + 5], labelOf(pin), {
      anchor,
      size: 13,
      colour: isFree(pin) ? colours.ink : colours.faint,
    }),
    use === undefined
      ? ''
      : text([x + outward * 128, y + 5], use, { anchor, size: 13, colour: colours.used, bold: true }),
  ].join('\n')
}

function labelOf(pin: HeaderPin): string {
  if (pin.kind === 'ground') return 'GND'
  if (pin.kind === 'power') return `${pin.volts} V`
  return pin.reserved === null ? `GPIO${pin.gpio}` : `GPIO${pin.gpio} · ${words[pin.reserved]}`
}

const isFree = (pin: HeaderPin): boolean => pin.kind === 'line' && pin.reserved === null

function colourOf(pin: HeaderPin): string {
  if (pin.kind === 'power') return colours.power
  if (pin.kind === 'ground') return colours.ground
  return pin.reserved === null ? colours.line : colours.reserved
}

function legend(y: number): readonly Shape[] {
  const entries: readonly (readonly [string, string])[] = [
    [colours.line, 'frei / free'],
    [colours.reserved, 'vergeben / reserved'],
    [colours.ground, 'Masse / ground'],
    [colours.power, 'Spannung / power'],
  ]
  return entries.map(([colour, words], index) => {
    const x = 100 + index * 172
    return [`<circle cx="${x}" cy="${y}" r="8" fill="${colour}"/>`, text([x + 16, y + 5], words, { size: 13 })].join(
      '\n',
    )
  })
}
