// The input that every drawing shows: pull-up, series resistor and filter on the side of the board, up to the terminal.
import { circuit, ohms } from './circuit.ts'
import { box, capacitor, colours, ground, joint, type Point, resistor, type Shape, supply, text, wire } from './svg.ts'

/** Width of the case with all inputs in it, from x = 20. */
export const caseRight = 400

/** One input, from its pin at the left to the edge of the case. @param y height of the wire */
export function input(y: number, pin: number, gpio: number): Shape {
  const node: Point = [320, y]
  const filter: Point = [200, y]
  return [
    text([36, y - 8], `Pin ${pin}`, { size: 14, bold: true }),
    text([36, y + 20], `GPIO${gpio}`, { size: 13, colour: colours.faint }),
    joint([100, y]),
    wire([100, y], filter),
    joint(filter),
    capacitor(filter, [200, y + 64], `${circuit.filterNanofarads} nF`),
    ground([200, y + 64]),
    resistor(filter, node, ohms(circuit.seriesOhms)),
    joint(node),
    supply([320, y - 84], `${circuit.supplyVolts} V · Pin 1, 17`),
    resistor([320, y - 84], node, ohms(circuit.pullUpOhms)),
    wire(node, [caseRight, y]),
  ].join('\n')
}

export const deviceCase = (height: number): Shape =>
  [box([20, 20], caseRight - 20, height - 40), text([36, 46], 'Gerät / device', { bold: true })].join('\n')

/** A ground pin, led to the edge of the case. */
export const groundInput = (y: number, pin: number): Shape =>
  [
    text([36, y - 8], `Pin ${pin}`, { size: 14, bold: true }),
    text([36, y + 20], 'GND', { size: 13, colour: colours.faint }),
    joint([100, y]),
    wire([100, y], [caseRight, y]),
  ].join('\n')
