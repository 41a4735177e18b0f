// What all drawings are made of: strokes, words and the symbols of a circuit. Plain text in, an SVG file out; the same input gives
// the same bytes.

export type Point = readonly [x: number, y: number]
/** SVG elements as text. */
export type Shape = string

export const colours = {
  ink: '#1a1a1a',
  faint: '#6b6b6b',
  paper: '#ffffff',
  power: '#c0392b',
  ground: '#2b2b2b',
  line: '#1f6fb2',
  reserved: '#b8b8b8',
  used: '#1e8449',
} as const

export const drawing = (width: number, height: number, title: string, shapes: readonly Shape[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="DejaVu Sans, Verdana, sans-serif">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="${colours.paper}"/>`,
    ...shapes,
    '</svg>',
    '',
  ].join('\n')

export const wire = (...points: readonly Point[]): Shape =>
  `<polyline points="${points.map(point => point.join(',')).join(' ')}" fill="none" stroke="${colours.ink}" stroke-width="2"/>`

/** Where wires meet. */
export const joint = ([x, y]: Point): Shape => `<circle cx="${x}" cy="${y}" r="4" fill="${colours.ink}"/>`
/** Where a wire is screwed on. */
export const terminal = ([x, y]: Point): Shape =>
  `<circle cx="${x}" cy="${y}" r="5" fill="${colours.paper}" stroke="${colours.ink}" stroke-width="2"/>`

type Words = {
  readonly size?: number
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly colour?: string
  readonly bold?: true
}
export const text = ([x, y]: Point, words: string, style: Words = {}): Shape => {
  const { size = 15, anchor = 'start', colour = colours.ink, bold } = style
  const weight = bold === true ? ' font-weight="bold"' : ''
  return `<text x="${x}" y="${y}" font-size="${size}" text-anchor="${anchor}" fill="${colour}"${weight}>${escaped(words)}</text>`
}
/** Several lines of words, one under the other. */
export const lines = ([x, y]: Point, words: readonly string[], style: Words = {}): Shape =>
  words.map((each, index) => text([x, y + index * ((style.size ?? 15) + 5)], each, style)).join('\n')

export const box = ([x, y]: Point, width: number, height: number, dashed = false, fill: string = 'none'): Shape =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="${fill}" stroke="${colours.ink}" stroke-width="2"${dashed ? ' stroke-dasharray="7 5"' : ''}/>`

/** A resistor between two points on one straight line, with its value beside it. */
export function resistor(from: Point, to: Point, value: string): Shape {
  const [x, y] = middle(from, to)
  const upright = from[0] === to[0]
  const [width, height] = upright ? [16, 44] : [44, 16]
  const body = `<rect x="${x - width / 2}" y="${y - height / 2}" width="${width}" height="${height}" fill="${colours.paper}" stroke="${colours.ink}" stroke-width="2"/>`
  const label = upright ? text([x + 16, y + 5], value) : text([x, y - 16], value, { anchor: 'middle' })
  return [wire(from, to), body, label].join('\n')
}

/** A capacitor on an upright wire. */
export function capacitor(from: Point, to: Point, value: string): Shape {
  const [x, y] = middle(from, to)
  const plate = (at: number): Shape => wire([x - 15, at], [x + 15, at])
  return [wire(from, [x, y - 5]), plate(y - 5), plate(y + 5), wire([x, y + 5], to), text([x + 22, y + 5], value)].join(
    '\n',
  )
}

export const ground = ([x, y]: Point, label = 'GND'): Shape =>
  [
    wire([x - 14, y], [x + 14, y]),
    wire([x - 9, y + 6], [x + 9, y + 6]),
    wire([x - 4, y + 12], [x + 4, y + 12]),
    text([x, y + 32], label, { anchor: 'middle', size: 13, colour: colours.faint }),
  ].join('\n')

export const supply = ([x, y]: Point, label: string): Shape =>
  [
    wire([x, y], [x, y - 12]),
    wire([x - 12, y - 12], [x + 12, y - 12]),
    text([x, y - 20], label, { anchor: 'middle', size: 13, colour: colours.power }),
  ].join('\n')

/** A contact on an upright wire, as it is at rest: `open` closes when pressed, `closed` opens. */
export function contact([x, top]: Point, [, bottom]: Point, rest: 'open' | 'closed'): Shape {
  const upper = top + (bottom - top) / 2 - 18
  const lower = upper + 36
  const blade = rest === 'open' ? wire([x, lower], [x - 20, upper + 2]) : wire([x, lower], [x + 10, upper - 4])
  const stop = rest === 'open' ? '' : wire([x, upper], [x + 12, upper])
  return [wire([x, top], [x, upper]), blade, stop, joint([x, lower]), wire([x, lower], [x, bottom])].join('\n')
}

/** A light-emitting diode on an upright wire, current flowing downwards. */
export function lamp([x, top]: Point, [, bottom]: Point): Shape {
  const y = top + (bottom - top) / 2
  const body = `<polygon points="${x - 14},${y - 12} ${x + 14},${y - 12} ${x},${y + 12}" fill="${colours.paper}" stroke="${colours.ink}" stroke-width="2"/>`
  const bar = wire([x - 14, y + 12], [x + 14, y + 12])
  return [wire([x, top], [x, y - 12]), body, bar, wire([x, y + 12], [x, bottom])].join('\n')
}

/** Two cores of a cable, led side by side through its sheath. */
export const sheath = ([x, y]: Point, width: number, height: number, label: string): Shape =>
  [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="24" fill="#f2f2f2" stroke="${colours.faint}" stroke-width="1.5" stroke-dasharray="4 4"/>`,
    text([x + width / 2, y - 10], label, { anchor: 'middle', size: 13, colour: colours.faint }),
  ].join('\n')

const middle = ([x1, y1]: Point, [x2, y2]: Point): Point => [(x1 + x2) / 2, (y1 + y2) / 2]
const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
