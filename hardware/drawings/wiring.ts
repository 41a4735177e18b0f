// The wirings that the README describes: buttons with one contact and with two, and the tamper loop.
import { circuit } from './circuit.ts'
import { gpioOf, used } from './header.ts'
import { caseRight, deviceCase, groundInput, input } from './input.ts'
import { box, colours, contact, drawing, joint, lines, type Shape, sheath, terminal, text, wire } from './svg.ts'

const cable = `Kabel / cable, ≤ ${circuit.cableMetresMax} m`

export const normallyOpenDrawing = (): string =>
  oneContact('A normally-open button with pull-up and series resistor', used.button, 'open', [
    'Schließer',
    'normally',
    'open (NO)',
  ])

export const normallyClosedDrawing = (): string =>
  oneContact('A normally-closed button with pull-up and series resistor', used.closed, 'closed', [
    'Öffner',
    'normally',
    'closed (NC)',
  ])

type OneContact = { readonly pin: number; readonly ground: number }

function oneContact(title: string, { pin, ground }: OneContact, rest: 'open' | 'closed', name: readonly string[]) {
  return drawing(900, 420, title, [
    deviceCase(420),
    input(170, pin, gpioOf(pin)),
    groundInput(330, ground),
    sheath([440, 140], 190, 220, cable),
    box([670, 110], 190, 280),
    text([686, 136], 'Taster / button', { bold: true }),
    wire([caseRight, 170], [720, 170]),
    wire([caseRight, 330], [720, 330]),
    contact([720, 170], [720, 330], rest),
    lines([744, 236], name, { size: 13, colour: colours.faint }),
    ...terminals([170, 330], [caseRight, 670]),
  ])
}

export function antivalentDrawing(): string {
  const { open, closed, ground } = used.antivalent
  return twoContacts('An antivalent button: one contact closes as the other opens', ground, [
    { pin: open, rest: 'open', name: ['Schließer', 'NO'] },
    { pin: closed, rest: 'closed', name: ['Öffner', 'NC'] },
  ])
}

export function twoHandDrawing(): string {
  const { first, second, ground } = used.twoHand
  return twoContacts('A button for two hands: both contacts close together', ground, [
    { pin: first, rest: 'open', name: ['eine Hand', 'one hand'] },
    { pin: second, rest: 'open', name: ['andere Hand', 'other hand'] },
  ])
}

type DrawnContact = { readonly pin: number; readonly rest: 'open' | 'closed'; readonly name: readonly string[] }

function twoContacts(title: string, ground: number, [upper, lower]: readonly [DrawnContact, DrawnContact]): string {
  return drawing(900, 640, title, [
    deviceCase(640),
    input(170, upper.pin, gpioOf(upper.pin)),
    input(380, lower.pin, gpioOf(lower.pin)),
    groundInput(550, ground),
    sheath([440, 140], 190, 440, cable),
    box([670, 110], 210, 480),
    text([686, 136], 'Taster / button', { bold: true }),
    wire([caseRight, 170], [770, 170]),
    wire([caseRight, 380], [770, 380]),
    wire([caseRight, 550], [770, 550]),
    contact([770, 170], [770, 330], upper.rest),
    wire([770, 330], [720, 330], [720, 550]),
    joint([720, 550]),
    contact([770, 380], [770, 550], lower.rest),
    lines([790, 240], upper.name, { size: 13, colour: colours.faint }),
    lines([790, 462], lower.name, { size: 13, colour: colours.faint }),
    ...terminals([170, 380, 550], [caseRight, 670]),
  ])
}

export function tamperDrawing(): string {
  const { pin, ground } = used.tamper
  return drawing(900, 420, 'A tamper loop: normally-closed contacts of all lids in series', [
    deviceCase(420),
    input(170, pin, gpioOf(pin)),
    groundInput(330, ground),
    sheath([425, 140], 120, 260, cable),
    lid(580, 'Gehäuse', 'case'),
    lid(740, 'Taster', 'button'),
    wire([caseRight, 170], [630, 170]),
    contact([630, 170], [630, 320], 'closed'),
    wire([630, 320], [722, 320], [722, 170], [790, 170]),
    contact([790, 170], [790, 320], 'closed'),
    wire([790, 320], [790, 380], [470, 380], [470, 330], [caseRight, 330]),
    ...terminals([170, 330], [caseRight]),
  ])
}

/** A lid, which holds the contact behind it closed. @param x left edge */
const lid = (x: number, german: string, english: string): Shape =>
  [box([x, 96], 130, 250, true), lines([x + 10, 120], [`Deckel ${german}`, `${english} lid`], { size: 13 })].join('\n')

/** Drawn last, over the wires that they join. */
const terminals = (heights: readonly number[], edges: readonly number[]): readonly Shape[] =>
  edges.flatMap(x => heights.map(y => terminal([x, y])))
