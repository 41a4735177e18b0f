// The two outputs: an indicator that a pin drives through its resistor, and a relay that needs a module of its own.
import { circuit, ohms } from './circuit.ts'
import { gpioOf, used } from './header.ts'
import { caseRight, deviceCase } from './input.ts'
import {
  box,
  colours,
  contact,
  drawing,
  joint,
  lamp,
  lines,
  type Point,
  resistor,
  type Shape,
  terminal,
  text,
  wire,
} from './svg.ts'

export function outputsDrawing(): string {
  const { indicator, relay } = used
  return drawing(900, 560, 'The outputs: an indicator and a relay', [
    deviceCase(560),
    output(120, indicator.pin, `GPIO${gpioOf(indicator.pin)}`),
    resistor([200, 120], [320, 120], ohms(circuit.indicatorOhms)),
    output(220, indicator.ground, 'GND'),
    wire([caseRight, 120], [700, 120]),
    lamp([700, 120], [700, 220]),
    wire([700, 220], [caseRight, 220]),
    lines([730, 164], ['Leuchtdiode der Anzeige', 'indicator LED'], { size: 13, colour: colours.faint }),
    output(330, relay.pin, `GPIO${gpioOf(relay.pin)}`),
    output(410, relay.supply, '5 V'),
    output(490, relay.ground, 'GND'),
    box([540, 270], 300, 260),
    text([556, 297], 'Relaismodul / relay module', { bold: true }),
    ...moduleInput(330, 'IN (3,3 V)'),
    ...moduleInput(410, 'VCC'),
    ...moduleInput(490, 'GND'),
    contact([760, 340], [760, 480], 'open'),
    lines([778, 404], ['frei', 'free'], { size: 13, colour: colours.faint }),
    ...[120, 220, 330, 410, 490].map(y => terminal([caseRight, y])),
    ...[340, 480].map(y => terminal([760, y])),
  ])
}

/** A pin, led to the edge of the case. */
const output = (y: number, pin: number, name: string): Shape =>
  [
    text([36, y - 8], `Pin ${pin}`, { size: 14, bold: true }),
    text([36, y + 20], name, { size: 13, colour: colours.faint }),
    joint([100, y]),
    wire([100, y], [caseRight, y]),
  ].join('\n')

function moduleInput(y: number, name: string): readonly Shape[] {
  const at: Point = [540, y]
  return [wire([caseRight, y], at), terminal(at), text([556, y + 5], name, { size: 13 })]
}
