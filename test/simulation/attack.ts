// Attackers: they send what they made up, what belongs to others, and what they overheard. Their bytes go through the very
// checks that the gateway's shell makes.
import type { Unsigned } from '../../protocol/codec.ts'
import {
  type AlarmId,
  type BootId,
  type DeviceId,
  type PressId,
  pressId,
  type ResponderId,
} from '../../protocol/ids.ts'
import type { PressMessage } from '../../protocol/messages.ts'
import { millis, wallTime } from '../../protocol/time.ts'
import { topicOf } from '../../protocol/topics.ts'
import { noSignature, signedBytes, type Wire } from './packet.ts'
import type { ActOf } from './plan.ts'
import type { World } from './world.ts'

/** Presses that were sent, by device: an attacker overheard the last few. */
export type Captured = { readonly of: (device: DeviceId) => readonly PressMessage[] }

const capturedMax = 20
/** A device with a valid certificate that nobody knows. */
const intruder = 'eindringling' as DeviceId
const intruderBoot = 'ffffffffffffffff' as BootId

export function captureFrom(world: World): Captured {
  const presses = new Map<DeviceId, readonly PressMessage[]>()
  world.observeWith({
    deviceStepped: ({ device, result }) => {
      for (const effect of result.effects)
        if (effect.kind === 'publish' && 'button' in effect.message) {
          const own = presses.get(device) ?? []
          presses.set(device, [...own, { ...effect.message, sig: noSignature }].slice(-capturedMax))
        }
    },
  })
  return { of: device => presses.get(device) ?? [] }
}

export function attack(world: World, act: ActOf<'attack'>): void {
  const program = world.gateways.get(act.gateway)?.program
  if (program != null) strike(world, act, program)
}

type Program = NonNullable<ReturnType<World['gateways']['get']>>['program'] & object

function strike(world: World, { attack: how, device, gateway }: ActOf<'attack'>, { broker }: Program) {
  const topic = topicOf('deviceAlarm', { device })
  const ownTopic = topicOf('deviceAlarm', { device: intruder })
  const sent = (sender: DeviceId, wire: Wire): void => {
    world.observe({ kind: 'attacked', gateway, attack: how })
    broker.published(sender, wire, null)
  }
  switch (how) {
    case 'forged':
      return sent(device, signedBytes(topic, inventedPress(device, device), 'attacker'))
    case 'foreignDevice':
      return sent(intruder, signedBytes(ownTopic, inventedPress(device, device), intruder))
    case 'foreignAlarm':
      return sent(intruder, signedBytes(ownTopic, inventedPress(intruder, device), intruder))
    case 'foreignTopic':
      return sent(intruder, signedBytes(topic, inventedPress(device, device), intruder))
    case 'malformed':
      return sent(device, { kind: 'bytes', topic, bytes: encoder.encode('{"v":1,"kind":"alarm","button":[[') })
    case 'inventedAlarm': {
      world.observe({ kind: 'attacked', gateway, attack: how })
      const message = {
        v: 1,
        kind: 'acknowledgement',
        alarm: inventedPress(device, device).id as string as AlarmId,
      } as const
      return broker.pass({ kind: 'responderSaid', responder: 'fremder' as ResponderId, message }, 'network', null)
    }
    case 'replay': {
      const overheard = world.captured.of(device)
      const message = overheard[(world.agenda.now() % Math.max(1, overheard.length)) | 0]
      return message !== undefined && sent(device, { kind: 'object', message, signer: device })
    }
  }
}

const encoder = new TextEncoder()

/** @param owner whose press it claims to be. */
const inventedPress = (device: DeviceId, owner: DeviceId): Unsigned<PressMessage> & { readonly id: PressId } => ({
  v: 1,
  kind: 'alarm',
  device,
  boot: intruderBoot,
  n: 1_000_000,
  clockErrorMs: null,
  button: 'tresen' as PressMessage['button'],
  id: pressId(owner, intruderBoot, 1),
  pressedAt: wallTime(1_800_000_000_000),
  ageMs: millis(30),
  ageBasis: 'monotonic',
  contact: { wiring: 'normallyOpen', edges: 1, heldMs: millis(30), confirmedBy: 'held', timeSource: 'kernel' },
})
