// Whatever devices, people, the configuration and the record say: what the gateway makes of it can be sent. The harness encodes
// every message that leaves the step, as the broker does, and so finds what is too large or has no canonical form.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Configuration } from '../../gateway/core/configuration.ts'
import type { GatewayRecord, RecordNumber } from '../../gateway/core/record-types.ts'
import { type FaultCode, faultCodes, faults } from '../../protocol/faults.ts'
import { namePattern, pressId } from '../../protocol/ids.ts'
import type { FaultMessage, Place } from '../../protocol/messages.ts'
import { wallTime } from '../../protocol/time.ts'
import { signature } from './device-messages.ts'
import { restarted, startWorld, type World } from './harness.ts'
import { anna, device, laterBoot, till, townhall } from './townhall.ts'

/** Four bytes a character, or six of them in JSON, or two, or three; and half a character. */
const strangeUnits = ['𝄞', '\u0001', '"', 'ü', '\u2028', '\ud83d'] as const
const wholeUnits = strangeUnits.slice(0, -1)
const textOf = (units: readonly string[], length: number) =>
  fc.oneof(
    fc.constantFrom(...units).map(unit => unit.repeat(length)),
    fc.string({ unit: fc.constantFrom(...units), minLength: length, maxLength: length }),
  )
const name = textOf(wholeUnits, 64)
const code = fc.constantFrom(...faultCodes)
const ownSubject = fc.oneof(fc.stringMatching(new RegExp(namePattern)), fc.constant('n'.repeat(32)))
/** What a fault may have been about before only names were taken for it. */
const recordedSubject = fc.oneof(name, ownSubject)
const place: fc.Arbitrary<Place> = fc.record({
  site: textOf(strangeUnits, 64),
  zone: textOf(strangeUnits, 64),
  room: textOf(strangeUnits, 64),
  button: textOf(strangeUnits, 64),
})

function townhallCalled(names: readonly string[], language: 'de' | 'en'): Configuration {
  const [gateway = '', site = '', zone = '', room = '', button = '', person = '', step = ''] = names
  return {
    ...townhall,
    language,
    gateway: { ...townhall.gateway, name: gateway },
    sites: townhall.sites.map(each => ({
      ...each,
      name: site,
      zones: each.zones.map(({ id }) => ({ id, name: zone })),
    })),
    devices: townhall.devices.map(each => ({
      ...each,
      buttons: each.buttons.map(known => ({ ...known, room, name: button })),
    })),
    responders: townhall.responders.map(({ id }) => ({ id, name: person })),
    policies: townhall.policies.map(each => ({
      ...each,
      steps: each.steps.map(known => ({ ...known, name: step })),
    })),
  }
}

type RecordedFault = { readonly code: FaultCode; readonly subject: string; readonly detail: string }

/** A record as an earlier version may have left it: faults of the device and the gateway, and an open alarm. */
function earlierRecords(recorded: readonly RecordedFault[], where: Place): readonly GatewayRecord[] {
  const pressed = startWorld()
  pressed.press()
  const alarm = pressed.records().map(record => (record.kind === 'alarmRaised' ? { ...record, place: where } : record))
  const raised = recorded.map((each, index) => ({
    ...each,
    kind: 'faultRaised' as const,
    number: (alarm.length + index + 1) as RecordNumber,
    at: wallTime(1_800_000_000_000),
    source: index % 3 === 0 ? ('gateway' as const) : device,
  }))
  return [...alarm, ...raised]
}

const faultMessage = (world: World, told: Pick<FaultMessage, 'code' | 'subject'>): FaultMessage => ({
  ...told,
  v: 1,
  kind: 'fault',
  device,
  boot: laterBoot,
  n: world.nextNumber(laterBoot),
  clockErrorMs: null,
  state: 'raised',
  ageMs: 0 as FaultMessage['ageMs'],
  sig: signature,
})

const anything = fc.record({
  names: fc.array(name, { minLength: 7, maxLength: 7 }),
  language: fc.constantFrom('de' as const, 'en' as const),
  recorded: fc.array(fc.record({ code, subject: recordedSubject, detail: textOf(wholeUnits, 300) }), { maxLength: 30 }),
  where: place,
  told: fc.array(fc.record({ code, subject: ownSubject }), { maxLength: 30 }),
  source: textOf(strangeUnits, 200),
  account: fc.constantFrom(anna, null),
  detail: fc.record({ de: textOf(strangeUnits, 1000), en: textOf(strangeUnits, 1000) }),
})

test('whatever is said and on record, everything that the gateway sends can be sent', () => {
  fc.assert(
    fc.property(anything, ({ names, language, recorded, where, told, source, account, detail }) => {
      const world = startWorld({
        configuration: townhallCalled(names, language),
        records: earlierRecords(recorded, where),
      })
      world.everybodyPresent()
      world.heartbeat({ boot: laterBoot })
      for (const each of told) world.send(faultMessage(world, each))
      world.happen({ kind: 'configurationRefused', reason: detail })
      world.happen({ kind: 'securityObserved', event: 'malformedMessage', source, account, detail })
      const alarm = world.press({ boot: laterBoot, button: till })
      world.press({ boot: laterBoot, button: till, ageMs: 100_000 })
      world.press({ boot: laterBoot, id: pressId(device, laterBoot, 9_999_999_999) })
      for (const notification of world.notifications().slice(0, 3)) world.ended(notification, 'queueFull')
      world.fastForward(200_000)
      world.acknowledge(anna, alarm)
      world.close(anna, alarm, 'incident')
      const after = restarted(world)
      after.everybodyPresent()
      after.fastForward(200_000)
    }),
    { numRuns: 60 },
  )
})

test('a room whose name ends in the middle of a character, once it is cut, is pressed like any other', () => {
  const world = startWorld({ configuration: townhallCalled(Array(7).fill(`${'R'.repeat(63)}😀`), 'de') })
  world.everybodyPresent()
  world.press()
  expect(world.onlyAlarm().place.room).toBe(`${'R'.repeat(63)}😀`)
})

test('an open alarm on record whose place has half a character is told after the start', () => {
  const half = 'Raum 7 \ud83d'
  const world = startWorld({ records: earlierRecords([], { site: half, zone: half, room: half, button: half }) })
  world.everybodyPresent()
  expect(world.notifications()[0]?.place.room).toBe('Raum 7 \ufffd')
})

test('of more faults than a message holds, monitors are told the grave ones', () => {
  const world = startWorld()
  const codes = faultCodes.filter(each => each !== 'deviceSilent')
  for (const [index, each] of codes.entries())
    world.send(faultMessage(world, { code: each, subject: `${'𝄞'.repeat(62)}${String(index).padStart(2, '0')}` }))
  const state = world.monitored().findLast(message => message.kind === 'deviceState')
  const shown = state?.kind === 'deviceState' ? state.faults : []
  expect(shown.length).toBeGreaterThan(8)
  expect(new Set(shown.map(each => faults[each.code].severity))).toEqual(new Set(['critical']))
})
