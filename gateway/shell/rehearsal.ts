// A device that is about to tell of a press pings first [D20]. The step is pure, so the gateway can work out at that moment what
// a press leads to, and throw it away: a processor that slept needs several times as long for the first press as for the next.
import { setImmediate } from 'node:timers'
import { encode, type Sign, signed } from '../../protocol/codec.ts'
import { type BootId, type DeviceId, pressId } from '../../protocol/ids.ts'
import type { PressMessage, ReceiptMessage } from '../../protocol/messages.ts'
import { instant, millis, wallTime } from '../../protocol/time.ts'
import { topicOf } from '../../protocol/topics.ts'
import { gatewayStep } from '../core/gateway.ts'
import type { Effect, State } from '../core/model.ts'
import type { DeviceIdentity } from './broker/access.ts'
import { judgePublish } from './broker/inbound.ts'
import type { Log, Store } from './ports.ts'

/**
 * A rehearsal goes on for so long, a round in each turn: what a processor has at hand it forgets within a few milliseconds. It
 * ends well before the press, which may come from the same machine.
 */
const rehearsalMs = 1.5
/** A crowd of pings costs a few percent of a processor at most. */
const restMs = 50
/** Of no device: random ones are never zero. */
const boot = '0'.repeat(16) as BootId

/** @returns what to do when a device pings. It never throws, and nothing of it is ever sent, recorded or kept. */
export function createRehearsal(
  state: () => State,
  sign: Sign,
  store: Pick<Store, 'prepare'>,
  log: Log,
): (device: DeviceIdentity) => void {
  let last = Number.NEGATIVE_INFINITY

  function run(device: DeviceIdentity): void {
    setImmediate(() => {
      try {
        rehearse(state(), device, sign)
        if (performance.now() - last < rehearsalMs) run(device)
      } catch (error) {
        last = Number.POSITIVE_INFINITY // never again: real presses do without
        log.error({ error }, 'a press could not be rehearsed')
      }
    })
  }

  return device => {
    if (performance.now() - last < restMs) return
    last = performance.now()
    store.prepare()
    run(device)
  }
}

function rehearse(state: State, device: DeviceIdentity, sign: Sign): void {
  const message = pressOf(state, device.id, sign)
  if (message === null) return
  const inbound = judgePublish(device, topicOf('deviceAlarm', { device: device.id }), encode(message))
  if (inbound.kind !== 'received') return
  const when = { at: instant(Math.round(performance.now())), wall: wallTime(Date.now()) }
  const raised = gatewayStep(state, { ...when, ...inbound, authentic: true, delivery: null })
  const through = raised.state.durable.lastRecord
  const recorded = gatewayStep(raised.state, { ...when, kind: 'recorded', through })
  for (const effect of [...raised.effects, ...recorded.effects]) workOut(effect, sign)
}

/** As much of performing an effect as leaves no trace. */
function workOut(effect: Effect, sign: Sign): void {
  if (effect.kind === 'notify') encode(effect.message)
  if (effect.kind === 'record') JSON.stringify(effect.records)
  if (effect.kind === 'prepareReceipt') encode(signed<ReceiptMessage>(effect.message, sign))
}

/** A press of the device's first button; null if it has none. Signed by the wrong hand, which takes as long to check. */
function pressOf({ configuration }: State, device: DeviceId, sign: Sign): PressMessage | null {
  const [button] = configuration?.devices.find(({ id }) => id === device)?.buttons ?? []
  if (button === undefined) return null
  const movement = { edges: 1, heldMs: millis(30), confirmedBy: 'held', timeSource: 'kernel' } as const
  const contact = { wiring: 'normallyOpen', ...movement } as const
  const pressed = { pressedAt: wallTime(Date.now()), ageMs: millis(30), ageBasis: 'monotonic', contact } as const
  const n = Number.MAX_SAFE_INTEGER
  return signed<PressMessage>(
    {
      v: 1,
      kind: 'alarm',
      device,
      boot,
      n,
      clockErrorMs: null,
      button: button.id,
      id: pressId(device, boot, 1),
      ...pressed,
    },
    sign,
  )
}
