// Writes the drawings of hardware/README.md: `npm run docs:hardware`. A test says when they are out of date.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { headerDrawing } from './header.ts'
import { antivalentDrawing, normallyOpenDrawing, tamperDrawing } from './wiring.ts'

/** File names beside this one, and their content. */
export const drawings: Readonly<Record<string, string>> = {
  'header.svg': headerDrawing(),
  'normally-open.svg': normallyOpenDrawing(),
  'antivalent.svg': antivalentDrawing(),
  'tamper.svg': tamperDrawing(),
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, content] of Object.entries(drawings)) writeFileSync(new URL(name, import.meta.url), content)
}
