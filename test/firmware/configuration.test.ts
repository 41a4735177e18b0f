// Every mistake in device.yaml is told with file, line, field, what was found and what is expected.
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseConfiguration, readConfiguration } from '../../firmware/shell/configuration.ts'

const good = `device: rathaus-1
data: data
gateways:
  - url: mqtts://zentrale.example:8883
lines:
  backend: simulated
buttons:
  - { id: tresen, chip: simulated, offset: 1, closedLevel: low }
  - { id: kasse, chip: simulated, offset: 2, closedLevel: high, confirmMs: 50 }
`
const read = (text: string) => parseConfiguration(text, '/etc/stillruf/device.yaml')
const refusal = (text: string): string => {
  try {
    read(text)
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  return 'accepted'
}
const changed = (from: string, to: string): string => {
  expect(good).toContain(from)
  return refusal(good.replace(from, to))
}

test('paths are relative to the file, and what is left out has its usual place', () => {
  expect(read(good)).toEqual({
    device: 'rathaus-1',
    data: '/etc/stillruf/data',
    gateways: ['mqtts://zentrale.example:8883'],
    identity: {
      key: '/etc/stillruf/data/key.pem',
      certificate: '/etc/stillruf/data/certificate.pem',
      authority: '/etc/stillruf/data/authority.pem',
    },
    lines: { backend: 'simulated', socket: '/etc/stillruf/data/lines.sock' },
    buttons: [
      { id: 'tresen', address: { chip: 'simulated', offset: 1 }, closedLevel: 'low', confirmMs: 30 },
      { id: 'kasse', address: { chip: 'simulated', offset: 2 }, closedLevel: 'high', confirmMs: 50 },
    ],
    indicator: null,
    watchdog: null,
  })
})

test('everything may be given', () => {
  const all = `${good.replace('backend: simulated', 'backend: simulated\n  socket: /run/lines.sock')}
identity: { key: id/key.pem, certificate: /etc/ssl/device.pem }
indicator: { chip: simulated, offset: 16, activeLevel: high }
watchdog: /dev/watchdog
`
  expect(read(all)).toMatchObject({
    identity: { key: '/etc/stillruf/id/key.pem', certificate: '/etc/ssl/device.pem' },
    lines: { socket: '/run/lines.sock' },
    indicator: { address: { chip: 'simulated', offset: 16 }, activeLevel: 'high' },
    watchdog: '/dev/watchdog',
  })
})

test('the sample configurations are valid', () => {
  for (const device of ['rathaus-1', 'buergerhaus-1']) {
    const path = new URL(`../townhall/devices/${device}/device.yaml`, import.meta.url).pathname
    const configuration = readConfiguration(path)
    expect(configuration.device).toBe(device)
    expect(configuration.identity.key).toBe(`${dirname(path)}/identity/key.pem`)
  }
})

describe('a mistake is told where it stands', () => {
  const file = '/etc/stillruf/device.yaml'
  test('a field that is missing', () => {
    expect(changed('device: rathaus-1\n', '')).toBe(
      `${file}:1: device: found nothing, expected the name of the device, as in its certificate: 1 to 32 lower-case letters, digits and inner hyphens. Add it.`,
    )
    expect(changed(', offset: 2', '')).toContain(`${file}:9: buttons[1].offset: found nothing, expected`)
  })
  test('a field that is unknown, at any depth', () => {
    expect(`${refusal(`${good}colour: red\n`)}`).toContain(
      `${file}:10: colour: found an unknown field, expected one of device,`,
    )
    expect(changed('confirmMs: 50', 'confirmMS: 50')).toContain(
      `${file}:9: buttons[1].confirmMS: found an unknown field`,
    )
  })
  test('a value that is not as expected', () => {
    expect(changed('closedLevel: low', 'closedLevel: down')).toBe(
      `${file}:8: buttons[0].closedLevel: found “down”, expected one of low, high. Correct it.`,
    )
    expect(changed('offset: 1', 'offset: one')).toContain(
      `${file}:8: buttons[0].offset: found “one”, expected the place`,
    )
    expect(changed('confirmMs: 50', 'confirmMs: 500')).toContain('found 500, expected how long the contact')
    expect(changed('mqtts:', 'http:')).toContain(`${file}:4: gateways[0].url: found “http://`)
    expect(changed('backend: simulated', 'backend: gpiod')).toContain(`${file}:6: lines.backend: found “gpiod”`)
    expect(changed('device: rathaus-1', 'device: Rathaus 1')).toContain(`${file}:1: device: found “Rathaus 1”`)
  })
  test('a list that is empty', () => {
    expect(refusal(good.replace(/buttons:[\s\S]*/, 'buttons: []\n'))).toContain(
      `${file}:7: buttons: found an empty list, expected a list of 1 to 32 buttons. Correct it.`,
    )
  })
  test('an id, a gateway or a line that stands twice', () => {
    expect(changed('id: kasse', 'id: tresen')).toContain(`${file}:9: buttons[1].id: found the id tresen a second time`)
    expect(changed('offset: 2', 'offset: 1')).toContain(
      `${file}:9: buttons[1].offset: found line 1 of simulated a second`,
    )
    expect(refusal(`${good}indicator: { chip: simulated, offset: 2, activeLevel: low }`)).toContain('indicator.offset')
    expect(changed('lines:', '  - url: mqtts://zentrale.example:8883\nlines:')).toContain(`${file}:5: gateways[1].url`)
  })
  test('a socket that would do nothing', () => {
    expect(changed('backend: simulated', 'backend: onoff\n  socket: x')).toContain(
      `${file}:7: lines.socket: found a socket`,
    )
  })
  test('several mistakes are told together, one to a line', () => {
    const text = good.replace('closedLevel: low', 'closedLevel: down').replace('data: data', 'date: data')
    expect(refusal(text).split('\n')).toHaveLength(3)
  })
  test('what is no YAML', () => {
    expect(refusal('device: [')).toMatch(/^\/etc\/stillruf\/device\.yaml:1: this is no valid YAML: /)
    expect(refusal('device: a\ndevice: b\n')).toContain(`${file}:2: this is no valid YAML`)
    expect(refusal('a: &x [1]\nb: *x\n')).toContain(`${file}:2: found a reference (*), expected plain values.`)
  })
  test('a file that is empty, or something else altogether', () => {
    expect(refusal('')).toContain('found nothing, expected the fields device, data, gateways, lines and buttons')
    expect(refusal('- a list')).toContain('found a list, expected the fields')
  })
})

test('a file that is not there', () => {
  expect(() => readConfiguration('/nowhere/device.yaml')).toThrow(
    'The configuration /nowhere/device.yaml cannot be read: it does not exist. Name the right file with --config.',
  )
})
