// The device program as a process of its own: simulated lines at one end, a broker on mutual TLS at the other.
import { expect, test, vi } from 'vitest'
import { createAuthority } from '../../gateway/provisioning/authority.ts'
import { sendLineCommand } from '../../hardware/simulated.ts'
import { deviceFolder, deviceName, line, Program } from './test-device.ts'
import { TestGateway } from './test-gateway.ts'

const soon = { timeout: 20_000, interval: 20 }
const authority = await createAuthority({ name: 'Test' })

test('a press of a simulated button reaches the gateway as one signed alarm, and is kept until its receipt', async () => {
  await using gateway = await TestGateway.start(authority)
  gateway.receipts = false
  await using place = await deviceFolder(authority, [gateway.url])
  await using device = new Program('run', '--config', place.config)
  await vi.waitFor(() => expect(gateway.of('heartbeat').length).toBeGreaterThan(0), soon)
  await sendLineCommand(place.socket, { kind: 'press', line, holdMs: 200 })
  await vi.waitFor(() => expect(gateway.of('alarm').length).toBeGreaterThan(0), soon)
  const [alarm] = gateway.of('alarm')
  console.log(gateway.heard, device.err)
  expect(alarm).toMatchObject({ device: deviceName, button: 'tresen', ageBasis: 'monotonic' })
  expect(gateway.heard.every(({ authentic }) => authentic)).toBe(true)
}, 60_000)
