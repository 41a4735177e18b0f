// "Kill at the n-th effect, for every n": the real gateway dies by SIGKILL between any two effects of an alarm's life and is
// started again. The oracle is outside: what the finger did, and what the record says.
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { AlarmId } from '../../protocol/ids.ts'
import type { ConsoleClient } from './console-client.ts'
import { connectRawDevice } from './raw-device.ts'
import { makeWorld, root, type World } from './world.ts'

const soon = { timeout: 60_000, interval: 25 }
const preload = join(root, 'test/integration/kill-at-effect.ts')

/** Keeps trying: the gateway may die under any request. */
const insist = <Value>(action: () => Promise<Value>): Promise<Value> => vi.waitFor(action, soon)

/** One login for all restarts: the session and its stream survive them [D19]. */
async function lifeOfAnAlarm(screen: ConsoleClient): Promise<AlarmId> {
  const alarm = await insist(async () => {
    const found = (await screen.overview()).alarms[0]
    if (found === undefined) throw new Error('not yet raised')
    const told = screen.events.some(event => event.name === 'notification' && event.data.alarm === found.id)
    if (!told) throw new Error('not yet told')
    return found.id
  })
  // What was answered is never asked for again: it has to outlive whatever comes.
  await insist(() => screen.acknowledge(alarm))
  const taken = await insist(() => screen.detail(alarm))
  expect(taken.alarm).toMatchObject({ state: 'acknowledged', acknowledgedBy: { id: 'empfang' } })
  await insist(() => screen.close(alarm, 'noIncident'))
  const closed = await insist(() => screen.detail(alarm))
  expect(closed.alarm).toMatchObject({ state: 'closed', outcome: 'noIncident' })
  return alarm
}

/** What the record and the timeline agree on: that the button was let go may arrive between the two questions. */
async function onRecord(world: World, screen: ConsoleClient, alarm: AlarmId): Promise<readonly string[]> {
  const records = await world.gatewayCommand('records', '--alarm', alarm, '--json', '--config', world.configurationFile)
  const kinds = records
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line).kind as string)
  expect((await screen.detail(alarm)).timeline).toHaveLength(kinds.length)
  return kinds
}

/** Runs one press through its life while the gateway dies at its n-th effect. True if it lived long enough to die. */
async function dieAt(world: World, screen: ConsoleClient, n: number): Promise<boolean> {
  const gateway = await world
    .startGateway({ execArgv: ['--import', preload], env: { KILL_AT_EFFECT: String(n) } })
    .catch(() => null)
  let died = gateway === null
  void gateway?.ended.then(() => {
    died = true
  })
  const restarted = (gateway?.ended ?? Promise.resolve()).then(() => world.startGateway())
  await world.press('rathaus-1', 'tresen')
  const alarm = await lifeOfAnAlarm(screen)
  const finished = died
  if (!died) gateway?.signal('SIGTERM')
  const last = await restarted
  const kinds = await insist(() => onRecord(world, screen, alarm))
  for (const once of ['alarmRaised', 'acknowledged', 'closed'])
    expect(
      kinds.filter(kind => kind === once),
      `${once} when killed at effect ${n}`,
    ).toHaveLength(1)
  expect(kinds, `told when killed at effect ${n}`).toContain('notified')
  expect((await screen.overview()).alarms).toHaveLength(0)
  last.signal('SIGTERM')
  await last.ended
  return finished
}

test('a gateway killed between any two effects loses nothing and doubles nothing', { timeout: 600_000 }, async () => {
  await using world = await makeWorld()
  await world.startDevice('rathaus-1')
  const first = await world.startGateway()
  using screen = await world.openConsole()
  first.signal('SIGTERM')
  await first.ended
  let n = 1
  while (await dieAt(world, screen, n)) n += 1
  expect(n).toBeGreaterThan(10)
})

test('after SIGKILL every receipted alarm is on record, none twice [h5]', { timeout: 180_000 }, async () => {
  await using world = await makeWorld()
  const gateway = await world.startGateway()
  const receipted: string[] = []
  {
    await using device = await connectRawDevice(world, 'rathaus-1')
    for (let sequence = 1; sequence <= 500; sequence += 1)
      void device.publishAlarm(device.alarm(sequence)).catch(() => null)
    await vi.waitFor(() => expect(device.receipts.length).toBeGreaterThan(200), { timeout: 60_000, interval: 5 })
    gateway.signal('SIGKILL')
    await gateway.ended
    receipted.push(...device.receipts.map(receipt => receipt.id))
  }
  await world.startGateway()
  const output = await world.gatewayCommand('records', '--all', '--json', '--config', world.configurationFile)
  const presses = output
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line) as { readonly kind: string; readonly alarm?: string; readonly press?: string })
    .flatMap(record =>
      record.kind === 'alarmRaised' ? [record.alarm] : record.kind === 'pressRepeated' ? [record.press] : [],
    )
  expect(new Set(presses).size).toBe(presses.length)
  for (const id of receipted) expect(presses).toContain(id)
})
