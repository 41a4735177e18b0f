// The drawings are those of the tables, and the wiring that they show surely tells open from closed.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseConfiguration } from '../../firmware/shell/configuration.ts'
import { boards, pinOf, pinsForButtons } from '../../hardware/boards.ts'
import {
  circuit,
  closedVolts,
  contactMilliamps,
  indicatorMilliamps,
  ohms,
  openVolts,
  settleMs,
} from '../../hardware/drawings/circuit.ts'
import { gpioOf, used } from '../../hardware/drawings/header.ts'
import { drawings } from '../../hardware/drawings/write.ts'
import { limits } from '../../protocol/limits.ts'

const folder = new URL('../../hardware/drawings/', import.meta.url)
const readme = readFileSync(new URL('../README.md', folder), 'utf8')

test('the stored drawings are those that the tables give; otherwise run npm run docs:hardware', () => {
  for (const [name, content] of Object.entries(drawings))
    expect([name, readFileSync(new URL(name, folder), 'utf8')]).toEqual([name, content])
  expect(
    readdirSync(folder)
      .filter(name => name.endsWith('.svg'))
      .toSorted(),
  ).toEqual(Object.keys(drawings).toSorted())
})

test('the samples of the README hang each contact where its drawing does, and are valid together', () => {
  const samples = [...readme.matchAll(/```yaml\n(.*?)```/gs)].map(([, sample = '']) => sample)
  const entries = samples.filter(sample => sample.startsWith('  - '))
  const others = samples.filter(sample => /^(tamper|indicator):/.test(sample))
  const [first = ''] = samples.filter(sample => sample.startsWith('board:'))
  const file = `device: a\ndata: .\ngateways: [{ url: "mqtts://127.0.0.1:1" }]\n${first}${entries.join('')}${others.join('')}`
  const { buttons, tamper, indicator, relay } = parseConfiguration(file, '/device.yaml')
  const places = [...buttons, ...(tamper === null ? [] : [tamper])].flatMap(({ inputs }) => inputs)
  const { button, closed, antivalent, twoHand } = used
  expect([...places, indicator, relay].map(line => line?.address)).toEqual(
    [
      button.pin,
      closed.pin,
      antivalent.closed,
      antivalent.open,
      twoHand.first,
      twoHand.second,
      used.tamper.pin,
      used.indicator.pin,
      used.relay.pin,
    ].map(pin => ({ chip: 'pinctrl-bcm2711', offset: gpioOf(pin) })),
  )
})

test('each drawing is shown in the README', () => {
  for (const name of Object.keys(drawings)) expect(readme).toContain(`](drawings/${name})`)
})

test('each drawing is whole: every element that opens is closed, and no number went astray', () => {
  for (const content of Object.values(drawings)) {
    const open = content.match(/<[a-z]+(?: [^>]*[^/])?>/g) ?? []
    expect(content.match(/<\/[a-z]+>/g)).toHaveLength(open.length)
    expect(content).not.toMatch(/NaN|undefined|null/)
  }
})

test('the drawings hang buttons at pins that are free for them, and ground at ground, each pin for one thing', () => {
  const board = boards['raspberry-pi-4']
  const grounds = (board.header ?? []).filter(each => each.kind === 'ground').map(({ pin }) => pin)
  const pins = Object.values(used).flatMap(each => Object.entries(each))
  for (const [name, pin] of pins) {
    if (name === 'ground') expect(grounds).toContain(pin)
    else if (name === 'supply') expect(pinOf(board, pin)).toMatchObject({ kind: 'power', volts: 5 })
    else expect(pinsForButtons(board)).toContain(pin)
  }
  expect(new Set(pins.map(([, pin]) => pin)).size).toBe(pins.length)
})

describe('the recommended wiring', () => {
  // Raspberry Pi documentation, "GPIO on Raspberry Pi", voltage specifications; the stricter of BCM2837 and BCM2711.
  const lowVoltsMax = 0.8
  const highVoltsMin = 2.0
  const leakageMicroampsMax = 10
  const chipPullUps = [33_000, 73_000, Number.POSITIVE_INFINITY]

  test.for(chipPullUps)('is surely low when closed, even through a bad contact; chip pull-up %s Ω', chipPullUp => {
    expect(closedVolts(chipPullUp, 0)).toBeLessThan(lowVoltsMax / 5)
    expect(closedVolts(chipPullUp, 300)).toBeLessThan(lowVoltsMax)
    expect(closedVolts(chipPullUp, 3000)).toBeGreaterThan(lowVoltsMax)
  })
  test('is surely high when open', () => {
    expect(openVolts(leakageMicroampsMax)).toBeGreaterThan(highVoltsMin + 1)
  })
  test('lets enough current flow to keep a contact clean, and less than a pin of the supply may give', () => {
    expect(contactMilliamps()).toBeGreaterThan(1)
    expect(contactMilliamps()).toBeLessThan(3)
  })
  test('settles far within the time that confirms a press', () => {
    expect(settleMs()).toBeLessThan(limits.confirmMsDefault / 10)
  })
  test('is what the README says', () => {
    const values = [ohms(circuit.pullUpOhms), ohms(circuit.seriesOhms), `${circuit.filterNanofarads} nF`]
    for (const value of [...values, `${circuit.cableMetresMax} m`]) expect(readme).toContain(value)
    expect(readme).toContain(`${contactMilliamps().toFixed(1)} mA`)
    expect(readme).toContain(`behind ${ohms(circuit.indicatorOhms)} draws ${indicatorMilliamps().toFixed(1)} mA`)
  })
})
