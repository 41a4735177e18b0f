// A rehearsal leaves no trace: nothing is sent, recorded or kept, and nothing can go wrong by it.
import { generateKeyPairSync } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { gatewayStep, initialState } from '../../gateway/core/gateway.ts'
import type { State } from '../../gateway/core/model.ts'
import type { DeviceIdentity } from '../../gateway/shell/broker/access.ts'
import { createSigner } from '../../gateway/shell/broker/verify.ts'
import { createRehearsal } from '../../gateway/shell/rehearsal.ts'
import type { Sign } from '../../protocol/codec.ts'
import { limits } from '../../protocol/limits.ts'
import { instant, wallTime } from '../../protocol/time.ts'
import { device, otherDevice, townhall } from '../gateway-core/townhall.ts'

const now = vi.spyOn(performance, 'now')
beforeEach(() => void now.mockReturnValue(1000))
afterEach(() => void now.mockReturnValue(9000)) // whatever goes on ends

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const realSign = createSigner(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
const when = { at: instant(0), wall: wallTime(1_800_000_000_000) }
const started = gatewayStep(initialState(), { ...when, kind: 'started', configuration: townhall }).state
const silent = { debug: () => {}, info: () => {}, warn: () => {} }

function rehearsal({ state = started, sign = realSign }: { readonly state?: State; readonly sign?: Sign } = {}) {
  const signed = vi.fn(sign)
  const verified = vi.fn(() => false)
  const error = vi.fn()
  const prepare = vi.fn()
  const rehearse = createRehearsal(() => state, signed, { prepare }, { ...silent, error })
  const identity = (id: DeviceIdentity['id']): DeviceIdentity => ({ role: 'device', id, serial: 1n, verify: verified })
  return { ping: (id = device) => rehearse(identity(id)), signed, verified, prepare, error }
}

test('a press of the device that pings is worked out to its receipt: checked, and answered with a signature', async () => {
  const before = structuredClone(started.live.pending)
  const { ping, signed, verified, error } = rehearsal()
  ping()
  expect(signed, 'the answer to the ping comes first').not.toHaveBeenCalled()
  await nextTurn()
  expect(verified).toHaveBeenCalledTimes(1)
  expect(signed).toHaveBeenCalledTimes(2) // the sample and its receipt
  expect(error).not.toHaveBeenCalled()
  expect(started.live.pending).toEqual(before)
})

test('it is rehearsed again, in turns of its own, and ends before the press is there', async () => {
  const { ping, verified, prepare } = rehearsal()
  ping()
  for (const round of [1, 2, 3]) {
    await nextTurn()
    expect(verified).toHaveBeenCalledTimes(round)
  }
  expect(prepare, 'who writes the record wakes up once').toHaveBeenCalledTimes(1)
  now.mockReturnValue(1000 + limits.preparationMs / 2)
  for (let turn = 0; turn < 3; turn += 1) await nextTurn()
  expect(verified, 'the round that was under way').toHaveBeenCalledTimes(4)
})

test('a crowd of pings causes one rehearsal, and a later ping another', async () => {
  const { ping, verified } = rehearsal()
  for (let count = 0; count < 100; count += 1) ping()
  await nextTurn()
  expect(verified).toHaveBeenCalledTimes(1)
  for (const [moment, rounds] of [
    [1010, 2], // the round under way
    [1049, 2],
    [1050, 3],
  ] as const) {
    now.mockReturnValue(moment)
    ping()
    await nextTurn()
    expect(verified, `at ${moment}`).toHaveBeenCalledTimes(rounds)
  }
})

test('a device that is not configured is not rehearsed', async () => {
  const { ping, signed, error } = rehearsal()
  ping(otherDevice)
  await nextTurn()
  expect(signed).not.toHaveBeenCalled()
  expect(error).not.toHaveBeenCalled()
})

test('a rehearsal that fails is told in the log once, and never tried again', async () => {
  const { ping, signed, error } = rehearsal({
    sign: () => {
      throw new Error('no key')
    },
  })
  for (const moment of [1000, 2000, 3000]) {
    now.mockReturnValue(moment)
    ping()
    await nextTurn()
  }
  expect(error).toHaveBeenCalledTimes(1)
  expect(signed).toHaveBeenCalledTimes(1)
})
