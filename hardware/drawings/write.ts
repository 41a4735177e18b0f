// Writes the drawings of hardware/README.md: `npm run docs:hardware`. A test says when they are out of date.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { headerDrawing } from './header.ts'
import { outputsDrawing } from './outputs.ts'
import {
  antivalentDrawing,
  normallyClosedDrawing,
  normallyOpenDrawing,
  tamperDrawing,
  twoHandDrawing,
} from './wiring.ts'

/** File names beside this one, and their content. */
export const drawings: Readonly<Record<string, string>> = {
  'header.svg': headerDrawing(),
  'normally-open.svg': normallyOpenDrawing(),
  'normally-closed.svg': normallyClosedDrawing(),
  'antivalent.svg': antivalentDrawing(),
  'two-hand.svg': twoHandDrawing(),
  'tamper.svg': tamperDrawing(),
  'outputs.svg': outputsDrawing(),
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, content] of Object.entries(drawings)) writeFileSync(new URL(name, import.meta.url), content)
}
