// The indicator and the relay show that a person has taken an alarm, and nothing before that [S5].
import { array, assert as assertProperty, constantFrom, nat, oneof, property, record, tuple } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Effect, Event } from '../../firmware/core/model.ts'
import { type AlarmId, alarmOfPress, type ButtonId, type PressId, pressId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { boot, device, kasse, tresen, World, zentrale } from './world.ts'

const firstAlarm = alarmOfPress(pressId(device, boot, 1))
const secondAlarm = alarmOfPress(pressId(device, boot, 2))
const shown = (effects: readonly Effect[]): string[] =>
  effects.flatMap(effect =>
    effect.kind === 'indicate' || effect.kind === 'switchRelay' ? [`${effect.kind} ${effect.state}`] : [],
  )

describe('the relay', () => {
  test('is open from the start', () => {
    const world = new World({ calm: false })
    world.start()
    expect(shown(world.effects)).toEqual(['indicate off', 'switchRelay open'])
  })
  test('closes when a person takes the alarm and opens when it is closed, whatever the indicator may show', () => {
    const world = new World()
    world.press()
    world.progress(firstAlarm, 'notifying')
    expect(shown(world.effects)).toEqual([])
    world.progress(firstAlarm, 'acknowledged')
    world.progress(firstAlarm, 'closed')
    expect(shown(world.effects)).toEqual(['switchRelay closed', 'switchRelay open'])
  })
})

describe('an output that cannot be switched', () => {
  const failing = (world: World, output: 'indicator' | 'relay', works = false) =>
    world.happen({ kind: 'outputAnswered', output, works })
  test('is a fault until it can', () => {
    const world = new World()
    for (const output of ['indicator', 'relay', 'relay'] as const) failing(world, output)
    expect(world.faults()).toEqual(['raised indicatorFailed device', 'raised relayFailed device'])
    world.forget()
    failing(world, 'relay', true)
    failing(world, 'indicator', true)
    expect(world.faults()).toEqual(['cleared relayFailed device', 'cleared indicatorFailed device'])
  })
  test('is asked for again after every audit of the lines, and one that works is not', () => {
    const world = new World()
    world.press()
    world.progress(firstAlarm, 'acknowledged')
    world.forget()
    failing(world, 'relay')
    world.happen({ kind: 'levelsAudited', answered: [], silent: [] })
    expect(shown(world.effects)).toEqual(['switchRelay closed'])
    failing(world, 'relay', true)
    world.forget()
    world.happen({ kind: 'levelsAudited', answered: [], silent: [] })
    expect(shown(world.effects)).toEqual([])
  })
  test('is left alone while an alarm waits for a person: its coming back could be seen or heard [S5]', () => {
    const world = new World()
    failing(world, 'relay')
    failing(world, 'indicator')
    world.press()
    world.happen({ kind: 'levelsAudited', answered: [], silent: [] })
    expect(shown(world.effects)).toEqual([])
    world.receipt({ id: pressId(device, boot, 1) })
    world.progress(firstAlarm, 'closed')
    world.happen({ kind: 'levelsAudited', answered: [], silent: [] })
    expect(shown(world.effects)).toEqual(['indicate off', 'switchRelay open'])
  })
})

describe('while an alarm waits for a person', () => {
  test('what is shown of an earlier one stays, even if that is closed, until both are taken or closed', () => {
    const world = new World()
    world.press()
    world.progress(firstAlarm, 'acknowledged')
    world.forget()
    world.press(kasse)
    world.progress(firstAlarm, 'closed')
    expect(shown(world.effects)).toEqual([])
    world.receipt({ id: pressId(device, boot, 2) })
    world.progress(secondAlarm, 'closed', kasse)
    expect(shown(world.effects)).toEqual(['switchRelay open'])
  })
  test('an earlier one that is taken is shown once this one is taken too', () => {
    const world = new World()
    world.press()
    world.press(kasse)
    world.progress(firstAlarm, 'acknowledged')
    expect(shown(world.effects)).toEqual([])
    world.progress(secondAlarm, 'acknowledged', kasse)
    expect(shown(world.effects)).toEqual(['switchRelay closed'])
  })
  test('a press that its alarm was closed under stays unseen until the new one is taken', () => {
    const world = new World()
    world.press()
    world.receipt({ id: pressId(device, boot, 1) })
    world.progress(firstAlarm, 'acknowledged')
    world.forget()
    world.press()
    world.progress(firstAlarm, 'closed') // on its way while the button was pressed
    world.receipt({ id: pressId(device, boot, 2) }, secondAlarm)
    world.progress(secondAlarm, 'notifying')
    expect(shown(world.effects)).toEqual([])
    world.progress(secondAlarm, 'closed')
    expect(shown(world.effects)).toEqual(['switchRelay open'])
  })
})

// ---- property: a gateway that keeps alarms as the real one does, and people who take and close them ----------------

type Act =
  | { readonly act: 'press' | 'take' | 'close' | 'takeBack' | 'startTest'; readonly button: ButtonId }
  | { readonly act: 'cut' | 'restore' | 'slow' | 'hear' | 'diskFails' | 'diskWorks' }
  | { readonly act: 'config'; readonly indicator: 'off' | 'afterAcknowledgement' }
  | { readonly act: 'pass'; readonly ms: number }

const button = constantFrom(tresen, kasse)
const acts = array(
  oneof(
    { weight: 6, arbitrary: record({ act: constantFrom('press' as const), button }) },
    { weight: 4, arbitrary: record({ act: constantFrom('take' as const, 'close' as const), button }) },
    { weight: 1, arbitrary: record({ act: constantFrom('takeBack' as const, 'startTest' as const), button }) },
    {
      weight: 5,
      arbitrary: record({
        act: constantFrom(
          'cut' as const,
          'restore' as const,
          'slow' as const,
          'hear' as const,
          'diskFails' as const,
          'diskWorks' as const,
        ),
      }),
    },
    {
      weight: 1,
      arbitrary: record({
        act: constantFrom('config' as const),
        indicator: constantFrom('off' as const, 'afterAcknowledgement' as const),
      }),
    },
    { weight: 4, arbitrary: tuple(nat(30_000)).map(([ms]) => ({ act: 'pass' as const, ms })) },
  ),
  { minLength: 5, maxLength: 40, size: 'max' },
)

type Open = { readonly id: AlarmId; taken: boolean }

/** Everything between the device and people. While the network is slow, what the gateway says waits until the device hears it. */
class Town {
  readonly world = new World()
  readonly #open = new Map<ButtonId, Open>()
  /** What became of each press, by the gateway. */
  readonly #alarmOf = new Map<PressId, AlarmId>()
  /** The last genuine press of each button that the device has confirmed. */
  readonly #pressed = new Map<ButtonId, PressId>()
  /** Alarms of which the device has heard that somebody took or closed them. */
  readonly #answered = new Set<AlarmId>()
  readonly #mail: (() => unknown)[] = []
  #isSlow = false
  #collected = 0
  #commands = 0

  constructor() {
    this.world.onStep = (event, effects) => this.#watch(event, effects)
  }

  perform(act: Act): void {
    this.#perform(act)
    this.#collect()
    if (this.#isSlow) return
    for (const deliver of this.#mail.splice(0)) deliver()
  }

  #perform(act: Act): void {
    const { world } = this
    switch (act.act) {
      case 'press':
        world.press(act.button)
        break
      case 'take':
      case 'takeBack':
        this.#take(act.button, act.act === 'take')
        break
      case 'close':
        this.#close(act.button)
        break
      case 'startTest':
        this.#commands += 1
        this.#say(() => world.command('startTest', this.#commands))
        break
      case 'cut':
        this.#cut()
        break
      case 'restore':
        this.#restore()
        break
      case 'slow':
      case 'hear':
        this.#isSlow = act.act === 'slow'
        break
      case 'diskFails':
      case 'diskWorks':
        world.disk = act.act === 'diskFails' ? 'fails' : 'works'
        break
      case 'config':
        this.#say(() => world.config(10_000, act.indicator))
        break
      case 'pass':
        world.pass(act.ms)
        break
    }
  }

  #watch(event: Event, effects: readonly Effect[]): void {
    if (event.kind === 'received' && event.message.kind === 'progress') {
      const { alarm, state } = event.message
      if (state === 'acknowledged' || state === 'closed') this.#answered.add(alarm)
    }
    for (const effect of effects) {
      const isPress = effect.kind === 'journal' && effect.entry.kind === 'pressed'
      if (isPress && effect.entry.press.meaning.kind !== 'testAlarm')
        this.#pressed.set(effect.entry.press.button, effect.entry.press.id)
    }
    const waiting = [...this.#pressed.values()].filter(press => this.#isWaiting(press))
    if (waiting.length > 0) expect(shown(effects)).toEqual([])
  }

  /** An alarm that was closed while the device could not hear of it is over for it when nobody announces it any more. */
  #isWaiting(press: PressId): boolean {
    const alarm = this.#alarmOf.get(press)
    if (alarm === undefined) return true
    if (this.#answered.has(alarm)) return false
    const isOpen = [...this.#open.values()].some(({ id }) => id === alarm)
    const { upSince = null } = this.world.state.links.get(zentrale) ?? {}
    return isOpen || upSince === null || this.world.now < upSince + limits.announcementMs
  }

  #cut(): void {
    this.world.network = 'fails'
    if (this.world.state.links.get(zentrale)?.state === 'up') this.world.disconnect()
    this.#mail.length = 0
  }

  /** A gateway announces every open alarm on a new connection, and the device hears it within ten seconds. */
  #restore(): void {
    if (this.world.network === 'works') return
    this.world.network = 'works'
    while (this.world.state.links.get(zentrale)?.state !== 'up') this.world.pass(100)
    for (const [button, open] of this.#open) this.#tell(button, open)
    for (const deliver of this.#mail.splice(0)) deliver()
  }

  /** What the device has sent: presses raise or repeat alarms, and each is receipted. */
  #collect(): void {
    for (const { id, kind, button } of this.world.presses().slice(this.#collected)) {
      const alarm = this.#alarmOf.get(id) ?? this.#received(id, kind, button)
      this.#alarmOf.set(id, alarm)
      this.#say(() => this.world.receipt({ id }, alarm))
    }
    this.#collected = this.world.presses().length
  }

  #received(id: PressId, kind: string, button: ButtonId): AlarmId {
    const open = this.#open.get(button)
    if (open !== undefined) return open.id
    const raised = { id: alarmOfPress(id), taken: false }
    if (kind === 'testAlarm') return raised.id
    this.#open.set(button, raised)
    this.#tell(button, raised)
    return raised.id
  }

  #take(button: ButtonId, taken: boolean): void {
    const open = this.#open.get(button)
    if (open === undefined) return
    open.taken = taken
    this.#tell(button, open)
  }

  #close(button: ButtonId): void {
    const open = this.#open.get(button)
    this.#open.delete(button)
    if (open !== undefined) this.#say(() => this.world.progress(open.id, 'closed', button))
  }

  #tell(button: ButtonId, { id, taken }: Open): void {
    this.#say(() => this.world.progress(id, taken ? 'acknowledged' : 'notifying', button))
  }

  #say(message: () => unknown): void {
    if (this.world.network === 'works') this.#mail.push(message)
  }
}

test('whatever happens, no output changes between a press and the moment at which the device hears that a person took it', () => {
  let changes = 0
  assertProperty(
    property(acts, sequence => {
      const town = new Town()
      town.world.config(10_000, 'afterAcknowledgement')
      for (const act of sequence) town.perform(act)
      changes += shown(town.world.effects).length
    }),
    { numRuns: 1000 },
  )
  expect(changes).toBeGreaterThan(100)
})
