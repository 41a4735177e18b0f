// doctor --press: each edge is shown as it comes, and a press is recognised by the device's own times.
import { describe, expect, test, vi } from 'vitest'
import { readConfiguration } from '../../../firmware/shell/configuration.ts'
import { watchPresses } from '../../../firmware/shell/doctor/press.ts'
import { edgeSeen, isDone, newWatch, type PressWatch, timePassed } from '../../../firmware/shell/doctor/press-watch.ts'
import { createAuthority } from '../../../gateway/provisioning/authority.ts'
import { sendLineCommand } from '../../../hardware/simulated.ts'
import type { Language } from '../../../protocol/text.ts'
import { type DeviceFolder, deviceFolder, line, Program } from '../test-device.ts'

vi.setConfig({ testTimeout: 120_000 })
const soon = { timeout: 60_000, interval: 20 }

describe('the edges of one button', () => {
  /** `closed 0` is an edge, `look 30` the passing of time. */
  function heard(
    script: string,
    language: Language = 'en',
  ): { readonly said: readonly string[]; readonly watch: PressWatch } {
    let watch = newWatch('tresen', 30)
    const said: string[] = []
    for (const [what = '', at] of script.split(', ').map(step => step.split(' '))) {
      const next =
        what === 'look' ? timePassed(watch, Number(at)) : edgeSeen(watch, what as 'closed' | 'open', Number(at))
      watch = next.watch
      said.push(...next.said.map(each => each[language]))
    }
    return { said, watch }
  }

  test('are shown with their time since the first, and the press once it is confirmed', () => {
    const { said, watch } = heard('closed 1000, look 1020, look 1030, open 1184, look 1300, look 1434', 'de')
    expect(said).toEqual([
      'tresen  +0,0 ms  geschlossen',
      'tresen: Druck erkannt.',
      'tresen  +184,0 ms  offen',
      'tresen: 184 ms lang, ohne Prellen.',
    ])
    expect(isDone(watch, 1434)).toBe(true)
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
    expect([isDone(watch, 500), isDone(watch, 3000)]).toEqual([false, true])
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
