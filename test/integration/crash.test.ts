// What a receipt promises outlives SIGKILL, with hundreds of presses under way. test/crash kills at every point of a life.
import { expect, test, vi } from 'vitest'
import { connectRawDevice } from './raw-device.ts'
import { makeWorld } from './world.ts'

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
