// WCAG 2.1 AA, 1.4.3: the colours of the console, computed from its own style sheets.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const sheet = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../gateway/console/src/styles/${name}.css`, import.meta.url)), 'utf8')

/** The custom colours of one block of rules. */
const colours = (rules: string): ReadonlyMap<string, string> =>
  new Map([...rules.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name = '', value = '']) => [name, value]))

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map(at => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

const [light = '', dark = ''] = sheet('base').split('@media (prefers-color-scheme: dark)')
const texts: readonly (readonly [text: string, grounds: readonly string[]])[] = [
  ['ink', ['ground', 'surface', 'sunken', 'accent-soft', 'ok-soft', 'warn-soft']],
  ['soft', ['ground', 'surface', 'sunken', 'accent-soft']],
  ['accent', ['ground', 'surface', 'accent-soft']],
  ['ok', ['surface', 'ok-soft']],
  ['warn', ['surface', 'ground', 'warn-soft']],
  ['critical', ['surface', 'ground', 'critical-soft']],
  ['test', ['surface', 'test-soft', 'sunken']],
  ['accent-ink', ['accent', 'accent-hover']],
  ['critical-ink', ['critical']],
  ['test-ink', ['test']],
]

test.each([
  ['light', light],
  ['dark', dark],
])('every text on every ground of the %s look has a contrast of 4.5:1 or more', (_, rules) => {
  const palette = colours(rules)
  const weak = texts.flatMap(([text, grounds]) =>
    grounds
      .map(ground => ({ text, ground, ratio: contrast(palette.get(text) ?? '', palette.get(ground) ?? '') }))
      .filter(({ ratio }) => !(ratio >= 4.5)),
  )
  expect(weak).toEqual([])
})

test.each([
  ['light', light],
  ['dark', dark],
])('the edges of fields in the %s look stand out with 3:1 or more', (_, rules) => {
  const palette = colours(rules)
  expect(contrast(palette.get('edge') ?? '', palette.get('surface') ?? '')).toBeGreaterThanOrEqual(3)
})

test('the alarm screen has a contrast of 7:1 or more, for a genuine alarm and for a test', () => {
  const blocks = [...sheet('screen').matchAll(/\{([^}]*--alarm-ground:[^}]*)\}/g)]
  const palettes = blocks.map(([, rules = '']) => colours(rules))
  expect(palettes).toHaveLength(2)
  for (const palette of palettes) {
    for (const ground of ['alarm-ground', 'alarm-deep'])
      expect(contrast('#ffffff', palette.get(ground) ?? '')).toBeGreaterThanOrEqual(7)
    for (const ground of ['#ffffff', palette.get('alarm-hover') ?? ''])
      expect(contrast(palette.get('alarm-take') ?? '', ground)).toBeGreaterThanOrEqual(7)
  }
})
