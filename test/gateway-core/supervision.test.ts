// The gateway proves that devices, policies and its own disk live, and says so when they do not [L3].
import { expect, test } from 'vitest'
import type { Configuration } from '../../gateway/core/configuration.ts'
import { siteOf } from '../../gateway/core/directory.ts'
import type { RecordNumber } from '../../gateway/core/record-types.ts'
import { fold } from '../../gateway/core/records.ts'
import type { DeviceId, PolicyId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { same, text } from '../../protocol/text.ts'
import { millis, seconds } from '../../protocol/time.ts'
import { signature } from './device-messages.ts'
import { restarted, startWorld } from './harness.ts'
import { anna, boot, caretaker, desk, device, deviceEntry, laterBoot, otherDevice, townhall } from './townhall.ts'

const silentMs = townhall.silentMs
const deviceState = (world: ReturnType<typeof startWorld>) => world.state().live.devices.get(device)?.state
const watchedWorld = (configuration: Configuration = townhall) => {
  const world = startWorld({ configuration })
  world.everybodyPresent()
  return world
}
test('a device that falls silent becomes a notified fault within its bound, and is over when it is heard', () => {
  const world = watchedWorld()
  world.heartbeat()
  world.forget()
  world.fastForward(silentMs - 1)
  expect(world.activeFaults()).toEqual([])
  world.fastForward(1)
  world.expectNotified('fault', [caretaker])
  expect(world.notifications()[0]?.text).toContain('Altes Rathaus, rathaus-1: Das Gerät meldet sich nicht.')
  expect(world.monitored()).toContainEqual(
    expect.objectContaining({
      kind: 'deviceState',
      state: 'silent',
      faults: [{ code: 'deviceSilent', subject: 'device' }],
    }),
  )
  expect(deviceState(world)).toBe('silent')
  world.forget()
  world.heartbeat()
  world.expectNotified('faultCleared', [caretaker])
  expect(deviceState(world)).toBe('online')
  expect(world.activeFaults()).toEqual([])
})

test('what a fault keeps of a silence is said alike in every language', () => {
  const detailOf = (language: Configuration['language']) => {
    const world = watchedWorld({ ...townhall, language })
    world.fastForward(silentMs)
    return world.recordsOf('faultRaised').map(({ detail }) => detail)
  }
  expect(detailOf('de')).toEqual(['30 s'])
  expect(detailOf('en')).toEqual(detailOf('de'))
})

test('monitors are told the last sign of life of a device that is not online, and none of one that is', () => {
  const world = watchedWorld()
  const told = () => world.monitored().findLast(message => message.kind === 'deviceState')
  world.heartbeat()
  expect(told()).toMatchObject({ state: 'online', lastHeardAt: null })
  world.fastForward(10_000)
  world.heartbeat()
  const heardAt = world.wall()
  world.fastForward(silentMs)
  expect(told()).toMatchObject({ state: 'silent', lastHeardAt: heardAt })
  world.heartbeat()
  expect(told()).toMatchObject({ state: 'online', lastHeardAt: null })
})

test('a silent device is one fault, not one for every bound that passes', () => {
  const world = watchedWorld({ ...townhall, devices: [deviceEntry(device), deviceEntry(otherDevice)] })
  world.heartbeat({ device: otherDevice })
  world.forget()
  for (let bound = 0; bound < 20; bound++) {
    world.fastForward(silentMs - 1)
    world.heartbeat({ device: otherDevice })
  }
  expect(world.recordsOf('faultRaised')).toHaveLength(1)
  expect(world.monitored().filter(({ kind }) => kind === 'deviceState')).toHaveLength(1)
})

test('every authentic message is a sign of life, a rejected one is none', () => {
  const world = watchedWorld()
  world.fastForward(silentMs - 1)
  world.press()
  world.fastForward(silentMs - 1)
  expect(world.activeFaults()).not.toContain('deviceSilent')
  world.press({ authentic: false })
  world.fastForward(1)
  expect(world.activeFaults()).toContain('deviceSilent')
})

test('after a start of the gateway a device has the whole bound to be heard', () => {
  const world = watchedWorld()
  expect(deviceState(world)).toBe('unknown')
  world.fastForward(silentMs - 1)
  expect(world.activeFaults()).toEqual([])
  world.fastForward(1)
  expect(world.activeFaults()).toEqual(['deviceSilent'])
})

test('a device that was silent before a restart stays silent, and is told once', () => {
  const before = watchedWorld()
  before.fastForward(silentMs)
  const [told] = before.notifications()
  if (told !== undefined) before.ended(told, 'delivered')
  const after = restarted(before)
  after.everybodyPresent()
  expect(deviceState(after)).toBe('silent')
  after.fastForward(2 * silentMs)
  expect(after.recordsOf('faultRaised')).toHaveLength(1)
  expect(after.recordsOf('faultNotified')).toHaveLength(1)
})

test('a birth is a sign of life; a will is none, nor is the word of an earlier connection', () => {
  const world = watchedWorld()
  const status = (session: number, state: 'online' | 'offline', of = boot) =>
    world.send({ v: 1, kind: 'status', device, boot: of, session, state, sig: signature })
  status(2, 'online')
  expect(deviceState(world)).toBe('online')
  world.fastForward(silentMs - 1)
  status(2, 'offline')
  status(1, 'online')
  world.fastForward(1)
  expect(deviceState(world)).toBe('silent')
  status(1, 'online', laterBoot)
  expect(deviceState(world)).toBe('online')
  world.fastForward(silentMs)
  status(3, 'online', boot)
  expect(deviceState(world)).toBe('silent')
})

test('pages are shown that a device has begun anew: it has forgotten its tests', () => {
  const world = watchedWorld()
  world.heartbeat()
  world.forget()
  world.heartbeat()
  expect(world.since('show')).toEqual([])
  world.heartbeat({ boot: laterBoot })
  expect(world.since('show')).toEqual([{ kind: 'show', what: 'device', device }])
  expect(world.state().live.devices.get(device)?.boot).toBe(laterBoot)
  world.heartbeat()
  expect(world.state().live.devices.get(device)?.boot, 'a late word of the earlier start').toBe(laterBoot)
  expect(world.since('show')).toHaveLength(1)
})

test('monitors hear of a device when it changes, not with every heartbeat', () => {
  const world = watchedWorld()
  world.heartbeat()
  world.forget()
  world.heartbeat()
  world.press()
  expect(world.monitored().filter(({ kind }) => kind === 'deviceState')).toEqual([])
})

test('monitors and the device hear of an alarm when it changes, not with every record of it', () => {
  const world = watchedWorld()
  world.press()
  const [told] = world.notifications()
  if (told === undefined) throw new Error('nobody was told')
  world.forget()
  world.ended(told, 'delivered')
  expect(world.monitored()).toEqual([])
  world.press()
  expect(world.monitored().map(({ kind }) => kind)).toEqual(['alarmState'])
  expect(world.progress()).toEqual([])
})

test('of a fault that is over only those hear who were told of it', () => {
  const world = watchedWorld()
  world.fastForward(silentMs)
  world.happen({ kind: 'configured', configuration: { ...townhall, version: 'b', faultResponders: [caretaker, anna] } })
  world.forget()
  world.heartbeat()
  world.expectNotified('faultCleared', [caretaker])
})

test('a responsible person who was away is told of the active faults, each once', () => {
  const world = startWorld()
  world.fastForward(silentMs)
  world.forget()
  world.present(caretaker, 'console')
  world.expectNotified('fault', [caretaker, caretaker])
  for (const told of world.notifications()) world.ended(told, 'delivered')
  world.forget()
  world.present(caretaker, 'mqtt')
  world.expectNotified('fault', [])
})

test('many faults at once are told in one line, so that they do not crowd out an alarm', () => {
  const devices = Array.from({ length: 200 }, (_, index) => deviceEntry(`geraet-${index}` as DeviceId))
  const world = watchedWorld({ ...townhall, devices })
  world.forget()
  world.fastForward(silentMs)
  expect(world.activeFaults()).toHaveLength(200)
  expect(world.notifications().map(({ text }) => text)).toEqual(['200 Störungen auf einmal. Bitte die Konsole öffnen.'])
  expect(world.notifications()[0]).not.toHaveProperty('fault')
  expect(world.recordsOf('faultNotified')).toHaveLength(200)
})

test('the gateway tells monitors every ten seconds that it lives', () => {
  const world = watchedWorld()
  world.heartbeat()
  world.press()
  world.forget()
  world.fastForward(10_000)
  expect(world.monitored().filter(({ kind }) => kind === 'gatewayState')).toEqual([
    expect.objectContaining({
      gateway: 'lindenau',
      at: world.wall(),
      openAlarms: 1,
      unacknowledgedAlarms: 1,
      devicesOnline: 1,
      devicesSilent: 0,
      retain: true,
    }),
  ])
})

test('monitors see an alarm retained while it is open, and after a restart of the gateway again', () => {
  const before = watchedWorld()
  before.forget()
  const press = before.press()
  expect(before.monitored()).toContainEqual(
    expect.objectContaining({ kind: 'alarmState', alarm: press, state: 'notifying', step: 1, retain: true }),
  )
  expect(restarted(before).monitored()).toContainEqual(
    expect.objectContaining({ kind: 'alarmState', alarm: press, retain: true }),
  )
})

test('a device that connects gets its configuration and how far its open alarms have come', () => {
  const world = watchedWorld()
  const press = world.press()
  world.acknowledge(anna, press)
  world.forget()
  world.happen({ kind: 'deviceConnected', device })
  expect(world.since('sendToDevice').map(({ message }) => message)).toEqual([
    { v: 1, kind: 'config', device, version: 'stand-1', heartbeatMs: seconds(10), indicator: 'off' },
    { v: 1, kind: 'progress', device, button: desk, alarm: press, state: 'acknowledged' },
  ])
})

test('a device that works by another configuration gets the right one again', () => {
  const world = watchedWorld()
  world.forget()
  world.heartbeat()
  expect(world.since('sendToDevice')).toEqual([])
  world.heartbeat({ configVersion: 'alt' })
  expect(world.since('sendToDevice').map(({ message }) => message.kind)).toEqual(['config'])
})

test('a disk that fails is a notified fault; alarms are still told; receipts follow when it works again', () => {
  const world = watchedWorld()
  world.forget()
  world.disk.fail()
  world.expectNotified('fault', [caretaker])
  const press = world.press()
  expect(world.notifications()).toContainEqual(expect.objectContaining({ alarm: press, reason: 'first' }))
  world.happen({ kind: 'recordFailed', reason: same('ENOSPC, still') })
  expect(world.receipts()).toEqual([])
  world.disk.work()
  expect(world.receipts()).toMatchObject([{ id: press }])
  expect(world.recordsOf('faultRaised').map(({ code }) => code)).toEqual(['storeFailed'])
  expect(world.activeFaults()).toEqual([])
})

test('a full list of faults in a heartbeat ends none that has no place in it; the device says itself when that is over', () => {
  const world = watchedWorld()
  const faultsOf = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ code: 'lineFailed', subject: `taster-${index}` }) as const)
  const [beyond, ...listed] = faultsOf(limits.faultsInHeartbeatMax + 1)
  if (beyond === undefined) throw new Error('a list has a first')
  const say = (state: 'raised' | 'cleared') =>
    world.send({
      ...{ v: 1, kind: 'fault', device, boot, n: world.nextNumber(boot), clockErrorMs: null, ...beyond, state },
      ...{ ageMs: millis(0), sig: signature },
    })
  say('raised')
  world.heartbeat({ faults: listed })
  expect(world.activeFaults()).toHaveLength(limits.faultsInHeartbeatMax + 1)
  say('cleared')
  expect(world.activeFaults()).toHaveLength(limits.faultsInHeartbeatMax)
  world.heartbeat({ faults: listed.slice(1) })
  expect(world.activeFaults()).toHaveLength(limits.faultsInHeartbeatMax - 1)
})

test('an invalid configuration is a fault with its reason until a valid one comes', () => {
  const world = watchedWorld()
  world.forget()
  world.happen({ kind: 'configurationRefused', reason: same('gateway.yaml:12: zone') })
  expect(world.notifications()[0]?.text).toContain('gateway.yaml:12: zone')
  const since = world.wall()
  world.fastForward(1000)
  world.happen({ kind: 'configurationRefused', reason: same('gateway.yaml:13: room') })
  const [fault] = world.state().durable.faults.values()
  expect(fault).toMatchObject({ detail: same('gateway.yaml:13: room'), since })
  expect([...(fault?.told.keys() ?? [])]).toEqual([caretaker])
  world.expectNotified('fault', [caretaker])
  world.fastForward(10_000)
  expect(world.monitored().findLast(({ kind }) => kind === 'gatewayState')).toMatchObject({
    faults: [{ code: 'configurationRefused', subject: 'configuration' }],
  })
  world.happen({ kind: 'configured', configuration: { ...townhall, version: 'stand-2' } })
  expect(world.activeFaults()).toEqual([])
})

test.each(['de', 'en'] as const)(
  'what a fault of the gateway says is kept in both languages and told in %s',
  language => {
    const world = watchedWorld({ ...townhall, language })
    world.forget()
    const full = text('auf dem Datenträger ist kein Platz mehr (ENOSPC)', 'no space is left on the disk (ENOSPC)')
    const wrong = text('gateway.yaml:12: gefunden: 7; erwartet: 0', 'gateway.yaml:12: found 7, expected 0')
    world.happen({ kind: 'recordFailed', reason: full })
    world.happen({ kind: 'configurationRefused', reason: wrong })
    expect(world.recordsOf('faultRaised').map(({ detail }) => detail)).toEqual([full, wrong])
    const told = world.notifications().filter(({ reason }) => reason === 'fault')
    expect(told.map(message => message.text)).toEqual([
      expect.stringContaining(`(${full[language]})`),
      expect.stringContaining(`(${wrong[language]})`),
    ])
    expect([...world.state().durable.faults.values()]).toMatchObject([{ detail: wrong }])
    expect([...fold(world.records()).faults.values()]).toMatchObject([{ detail: wrong }])
  },
)

test('a fault that an earlier version wrote in one language is still active, in its words', () => {
  const before = startWorld()
  const number = (before.records().length + 1) as RecordNumber
  const fault = { code: 'configurationRefused', source: device, subject: 'x', detail: 'Zeile 12 ist falsch' } as const
  const old = { kind: 'faultRaised', number, at: before.wall(), ...fault } as const
  const world = startWorld({ records: [...before.records(), old] })
  expect([...world.state().durable.faults.values()]).toMatchObject([{ ...fault, detail: same('Zeile 12 ist falsch') }])
})

test('a new configuration is on record and goes to every device that is heard', () => {
  const world = watchedWorld()
  world.heartbeat()
  world.forget()
  const changed = { ...townhall, version: 'stand-2', devices: [deviceEntry(device), deviceEntry(otherDevice)] }
  world.happen({ kind: 'configured', configuration: changed })
  expect(world.recordsOf('configurationApplied')).toMatchObject([{ version: 'stand-2' }])
  expect(world.since('sendToDevice').map(({ message }) => message)).toMatchObject([
    { kind: 'config', version: 'stand-2', device },
  ])
})

test('a new configuration is shown as a whole, and monitors learn the new name of a site', () => {
  const world = startWorld({
    configuration: { ...townhall, devices: [deviceEntry(device), deviceEntry(otherDevice)] },
  })
  world.heartbeat()
  world.forget()
  const [site] = townhall.sites
  if (site === undefined) throw new Error('the town hall has a site')
  const renamed = { ...townhall, version: 'stand-2', sites: [{ ...site, name: 'Neues Rathaus' }] }
  world.happen({ kind: 'configured', configuration: renamed })
  expect(world.since('show')).toEqual([{ kind: 'show', what: 'everything' }])
  expect(world.monitored().filter(({ kind }) => kind === 'deviceState')).toMatchObject([
    { device: otherDevice, retain: false },
    { device, place: 'Neues Rathaus', state: 'online', retain: true },
  ])
  world.forget()
  world.happen({ kind: 'configured', configuration: { ...renamed, version: 'stand-3' } })
  expect(world.since('show')).toEqual([{ kind: 'show', what: 'everything' }])
  expect(world.monitored()).toEqual([])
})

test('a new device has the whole bound to be heard; a removed one takes its faults along and monitors forget it', () => {
  const world = watchedWorld()
  world.fastForward(silentMs)
  expect(world.activeFaults()).toEqual(['deviceSilent'])
  world.forget()
  world.happen({
    kind: 'configured',
    configuration: { ...townhall, version: 'b', devices: [deviceEntry(otherDevice)] },
  })
  expect(world.activeFaults()).toEqual([])
  expect(world.monitored()).toContainEqual(expect.objectContaining({ kind: 'deviceState', device, retain: false }))
  world.fastForward(silentMs - 1)
  expect(world.activeFaults()).toEqual([])
  world.fastForward(1)
  expect(world.recordsOf('faultRaised').at(-1)).toMatchObject({ code: 'deviceSilent', source: otherDevice })
})

test('of a device that was removed it is said that its fault is over, at the place where it was', () => {
  const world = watchedWorld()
  world.present(caretaker)
  world.fastForward(silentMs)
  world.forget()
  const without = { ...townhall, version: 'b', devices: [deviceEntry(otherDevice)] }
  world.happen({ kind: 'configured', configuration: without })
  const [told] = world.since('notify').map(({ message }) => message)
  expect(told?.reason).toBe('faultCleared')
  expect(told?.text).toContain(siteOf(townhall, device))
})

test('a silent device that was not in the configuration for a while is a fault again once its time is over', () => {
  const world = watchedWorld()
  world.fastForward(silentMs)
  const without = { ...townhall, version: 'b', devices: [deviceEntry(otherDevice)] }
  world.happen({ kind: 'configured', configuration: without })
  world.happen({ kind: 'configured', configuration: { ...townhall, version: 'c' } })
  expect(world.activeFaults()).toEqual([])
  world.forget()
  world.fastForward(silentMs)
  expect(world.activeFaults()).toEqual(['deviceSilent'])
  world.expectNotified('fault', [caretaker])
})

test('a changed configuration gives a silent device no further time', () => {
  const world = watchedWorld()
  world.fastForward(silentMs - 1)
  world.happen({ kind: 'configured', configuration: { ...townhall, version: 'b' } })
  world.fastForward(1)
  expect(world.activeFaults()).toEqual(['deviceSilent'])
})

test('a policy that is removed takes its fault along', () => {
  const world = startWorld()
  world.fastForward(silentMs)
  expect(world.activeFaults()).toContain('responderUnreachable')
  const id = 'neu' as PolicyId
  const policies = townhall.policies.map(policy => ({ ...policy, id }))
  world.happen({
    kind: 'configured',
    configuration: { ...townhall, version: 'b', policies, defaultPolicy: id, devices: [] },
  })
  expect(world.activeFaults()).toEqual([])
})

test('a test that a person asks for reaches the device that was heard, with a number that no restart repeats', () => {
  const before = watchedWorld()
  before.heartbeat()
  const ask = (world: typeof before) => {
    world.forget()
    world.happen({ kind: 'testRequested', responder: anna, device, button: desk, durationMs: seconds(60) })
    const sent = world.since('sendToDevice').map(({ message }) => message)
    return sent[0]?.kind === 'command' ? sent[0] : null
  }
  const first = ask(before)
  expect(first).toMatchObject({ device, boot, command: 'startTest', button: desk, durationMs: 60_000 })
  const after = restarted(before)
  expect(ask(after)).toBeNull()
  after.heartbeat()
  expect(ask(after)?.n).toBeGreaterThan(first?.n ?? Number.POSITIVE_INFINITY)
})
