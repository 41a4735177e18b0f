// What is changed while the gateway starts counts as if it had been changed a moment later.
import { writeFileSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { Log } from '../../gateway/shell/ports.ts'
import { startGateway } from '../../gateway/shell/runtime.ts'
import { connectRawDevice } from './raw-device.ts'
import { makeWorld, type World } from './world.ts'

const soon = { timeout: 30_000, interval: 50 }

/** Starts the gateway in this process; the change is made behind its first look at the files. */
async function startWith(world: World, change: () => void) {
  const said: string[] = []
  const say = (_fields: object, text: string) => void said.push(text)
  const log: Log = { debug: say, info: say, warn: say, error: say }
  const starting = startGateway({ configuration: world.configurationFile, data: null, log })
  change()
  return { gateway: await starting, said }
}

test('a configuration that is changed while the gateway starts is taken over', async () => {
  await using world = await makeWorld()
  const yaml = await readFile(world.configurationFile, 'utf8')
  const changed = yaml.replace('name: Tresen', 'name: Neuer Tresen')
  const { gateway, said } = await startWith(world, () => writeFileSync(world.configurationFile, changed))
  await using _ = gateway
  await vi.waitFor(() => expect(said).toContain('configuration taken over'), soon)
})

test('a device that is revoked while the gateway starts does not get in', async () => {
  await using world = await makeWorld()
  const path = join(world.folder, 'gateway/revoked.pem')
  await world.gatewayCommand('revoke', 'rathaus-1', '--config', world.configurationFile)
  const list = await readFile(path)
  await rm(path)
  const { gateway, said } = await startWith(world, () => writeFileSync(path, list))
  await using _ = gateway
  await vi.waitFor(() => expect(said).toContain('revocation list taken over'), soon)
  await expect(connectRawDevice(world, 'rathaus-1')).rejects.toThrow()
})
