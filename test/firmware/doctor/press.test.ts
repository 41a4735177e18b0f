// doctor --press: each edge is shown as it comes, and a press is recognised by the device's own times.
import { describe, expect, test, vi } from 'vitest'
import { parseConfiguration, readConfiguration } from '../../../firmware/shell/configuration.ts'
import type { ButtonSettings } from '../../../firmware/shell/configuration-buttons.ts'
import { watchPresses } from '../../../firmware/shell/doctor/press.ts'
import { edgeSeen, isDone, newWatch, type PressWatch, timePassed } from '../../../firmware/shell/doctor/press-watch.ts'
import { createAuthority } from '../../../gateway/provisioning/authority.ts'
import { sendLineCommand } from '../../../hardware/simulated.ts'
import { assert } from '../../../protocol/assert.ts'
import type { Language } from '../../../protocol/text.ts'
import { type Instant, instant } from '../../../protocol/time.ts'
import { type DeviceFolder, deviceFolder, line, Program } from '../test-device.ts'

vi.setConfig({ testTimeout: 120_000 })
const soon = { timeout: 60_000, interval: 20 }

/** A button as device.yaml describes it. */
function button(id: string, entry: string): ButtonSettings {
  const file = `device: rathaus-1\ndata: .\ngateways: [{ url: "mqtts://127.0.0.1:1" }]\nbuttons:\n${entry}\n`
  const found = parseConfiguration(file, '/device.yaml').buttons.find(each => each.id === id)
  assert(found !== undefined, 'the button is in the file')
  return found
}

/** `closed 0` is an edge of the only contact, `first:closed 0` one of several; `look 30` the passing of time. */
function heard(
  script: string,
  language: Language = 'en',
  watched: ButtonSettings = button('tresen', '  - { id: tresen, chip: c, offset: 1, closedLevel: low }'),
): { readonly said: readonly string[]; readonly watch: PressWatch } {
  let watch = newWatch(watched, instant(0))
  const said: string[] = []
  for (const [what = '', at] of script.split(', ').map(step => step.split(' '))) {
    const next =
      what === 'look' ? timePassed(watch, instant(Number(at))) : edge(watch, what.split(':'), instant(Number(at)))
    watch = next.watch
    said.push(...next.said.map(each => each[language]))
  }
  return { said, watch }
}
function edge(watch: PressWatch, words: readonly string[], at: Instant) {
  const [contact, level] = words.length === 1 ? [undefined, words[0]] : words
  const { inputs } = watch.button
  const line = inputs.find(each => contact === undefined || each.line.endsWith(`/${contact}`))?.line
  assert(line !== undefined && (level === 'closed' || level === 'open'), 'a contact and its level')
  return edgeSeen(watch, line, level, at, 'kernel')
}

describe('the edges of one button', () => {
  test('are shown with their time since the first, and the press once it is confirmed', () => {
    const { said, watch } = heard('closed 1000, look 1020, look 1030, open 1184, look 1300, look 1434', 'de')
    expect(said).toEqual([
      'tresen  +0,0 ms  geschlossen',
      'tresen: Druck erkannt.',
      'tresen  +184,0 ms  offen',
      'tresen: 184 ms lang, ohne Prellen.',
    ])
    expect(isDone(watch, instant(1434))).toBe(true)
  })
  test('bounces are counted', () => {
    const { said } = heard('closed 0, open 1, closed 2, look 32, open 90, look 400')
    expect(said).toEqual([
      'tresen  +0.0 ms  closed',
      'tresen  +1.0 ms  open',
      'tresen  +2.0 ms  closed  bounce 1',
      'tresen: press recognised.',
      'tresen  +90.0 ms  open  bounce 2',
      'tresen: for 90 ms, bounced 2 times.',
    ])
  })
  test('that are too short are no press, and it is said how long one takes', () => {
    const { said, watch } = heard('closed 0, open 12, look 300')
    expect(said.at(-1)).toBe('tresen: too short, 12 ms; a press takes at least 30 ms. Press again.')
    expect(watch.isPressed).toBe(false)
  })
  test('that chatter without settling are a press, as for the device', () => {
    const edges = Array.from({ length: 14 }, (_, index) => `${index % 2 === 0 ? 'closed' : 'open'} ${index * 10}`).join(
      ', ',
    )
    expect(heard(`${edges}, look 135`).watch.isPressed).toBe(true)
  })
  test('a contact that stays closed is done after a while: it may be one that a key opens', () => {
    const { watch } = heard('closed 0, look 30')
    expect([isDone(watch, instant(500)), isDone(watch, instant(3000))]).toEqual([false, true])
  })
})

describe('a button', () => {
  const antivalent = button(
    'amt',
    `  - id: amt
    wiring: antivalent
    normallyOpen: { chip: c, offset: 1, closedLevel: low }
    normallyClosed: { chip: c, offset: 2, closedLevel: low }`,
  )
  const twoHand = button(
    'tor',
    `  - id: tor
    wiring: twoHand
    first: { chip: c, offset: 1, closedLevel: low }
    second: { chip: c, offset: 2, closedLevel: low }`,
  )
  const normallyClosed = button(
    'foyer',
    '  - { id: foyer, wiring: normallyClosed, chip: c, offset: 1, closedLevel: low }',
  )

  test('whose contact a press opens is recognised by its opening', () => {
    const { said, watch } = heard('open 0, look 30, closed 80, look 400', 'en', normallyClosed)
    expect(said).toEqual([
      'foyer  +0.0 ms  open',
      'foyer: press recognised.',
      'foyer  +80.0 ms  closed',
      'foyer: for 80 ms, without bounce.',
    ])
    expect(isDone(watch, instant(400))).toBe(true)
  })
  test('with a contact of each kind is recognised when both have moved', () => {
    const script =
      'normallyClosed:open 0, normallyOpen:closed 4, look 40, normallyOpen:open 90, normallyClosed:closed 95, look 400'
    const { said, watch } = heard(script, 'en', antivalent)
    expect(said).toEqual([
      'amt/normallyClosed  +0.0 ms  open',
      'amt/normallyOpen  +0.0 ms  closed',
      'amt: press recognised.',
      'amt/normallyOpen  +86.0 ms  open',
      'amt/normallyClosed  +95.0 ms  closed',
      'amt/normallyClosed: for 95 ms, without bounce.',
      'amt/normallyOpen: for 86 ms, without bounce.',
    ])
    expect(isDone(watch, instant(400))).toBe(true)
  })
  test('of which one contact alone moved is not recognised, and it is said what to look at', () => {
    const { said, watch } = heard('normallyOpen:closed 0, look 40, normallyOpen:open 90, look 400', 'de', antivalent)
    expect(said.at(-1)).toBe(
      'amt/normallyOpen: 90 ms lang, ohne Prellen. Ein Druck bewegt beide Kontakte, dieser blieb allein. Verdrahtung prüfen und noch einmal drücken.',
    )
    expect([watch.isPressed, isDone(watch, instant(9000))]).toEqual([false, false])
  })
  test('for two hands is recognised if both press together, and not if one comes late', () => {
    const script = (secondAt: number) =>
      `first:closed 0, look 40, second:closed ${secondAt}, look ${secondAt + 40}, first:open 900, second:open 900, look 1200`
    expect(heard(script(300), 'en', twoHand).watch.isPressed).toBe(true)
    const late = heard(script(700), 'en', twoHand)
    expect(late.watch.isPressed).toBe(false)
    expect(late.said.at(-1)).toContain('Both contacts must be pressed within 500 ms.')
  })
})

const authority = await createAuthority({ name: 'Test' })
const kasse = { chip: 'simulated', offset: 2 }
const never = new Promise<void>(() => undefined)

async function watched(place: DeviceFolder, act: (lines: readonly string[]) => Promise<unknown>, stopped = never) {
  const lines: string[] = []
  const result = watchPresses(readConfiguration(place.config), 'en', each => lines.push(each), stopped)
  await vi.waitFor(() => expect(lines.join('\n')).toContain('Now press each button once: tresen, kasse.'), soon)
  await act(lines)
  return { everyButton: await result, lines }
}
const pressBoth = (place: DeviceFolder) => async () => {
  for (const each of [line, kasse])
    await sendLineCommand(place.socket, { kind: 'press', line: each, holdMs: 60, bounce: { edges: 4, gapMs: 1 } })
}

test('without a running device the lines are opened, and it ends when every button was pressed', async () => {
  await using place = await deviceFolder(authority, ['mqtts://127.0.0.1:1'])
  const { everyButton, lines } = await watched(place, pressBoth(place))
  expect(everyButton).toBe(true)
  expect(lines[0]).toBe('The device program does not run: no press raises an alarm now.')
  expect(lines.at(-1)).toBe('Every button was recognised.')
  expect(lines.filter(each => each.includes('press recognised'))).toHaveLength(2)
})

test('of a running device its own edges are shown, with a warning that they are alarms', async () => {
  await using place = await deviceFolder(authority, ['mqtts://127.0.0.1:1'])
  await using device = new Program('run', '--config', place.config)
  await vi.waitFor(() => expect(device.err).toContain('device started'), soon)
  await vi.waitFor(() => sendLineCommand(place.socket, { kind: 'open', line }), soon)
  const { everyButton, lines } = await watched(place, pressBoth(place))
  expect(everyButton).toBe(true)
  expect(lines[0]).toContain('each press is a real alarm now')
  expect(device.err).toContain('"msg":"pressed"')
})

test('a device that ends meanwhile ends it, and says which buttons are missing', async () => {
  await using place = await deviceFolder(authority, ['mqtts://127.0.0.1:1'])
  await using device = new Program('run', '--config', place.config)
  await vi.waitFor(() => expect(device.err).toContain('device started'), soon)
  await vi.waitFor(() => sendLineCommand(place.socket, { kind: 'open', line }), soon)
  const { everyButton, lines } = await watched(place, async () => device.process.kill('SIGTERM'))
  expect(everyButton).toBe(false)
  expect(lines.slice(-2)).toEqual([
    'The device program has ended.',
    'Not pressed, or not recognised: tresen, kasse. Check connection and wiring of these buttons.',
  ])
})

test('Ctrl-C ends it, and says which buttons are missing', async () => {
  await using place = await deviceFolder(authority, ['mqtts://127.0.0.1:1'])
  const stop = Promise.withResolvers<void>()
  const { everyButton, lines } = await watched(
    place,
    async heard => {
      await sendLineCommand(place.socket, { kind: 'press', line, holdMs: 60 })
      await vi.waitFor(() => expect(heard.join('\n')).toContain('tresen: press recognised.'), soon)
      stop.resolve()
    },
    stop.promise,
  )
  expect(everyButton).toBe(false)
  expect(lines.at(-1)).toContain('Not pressed, or not recognised: kasse.')
})
