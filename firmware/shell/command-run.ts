// `stillruf-device run`: everything that the device needs, from its file to the last goodbye.
import { readFileSync } from 'node:fs'
import { StartError } from '../../protocol/command-line/start-error.ts'
import { systemReason } from '../../protocol/command-line/system-reason.ts'
import { clipped, text } from '../../protocol/text.ts'
import { openBackend } from './backends.ts'
import { readConfiguration } from './configuration.ts'
import { makeFolder } from './folder.ts'
import { loadIdentity } from './identity.ts'
import { lockFolder } from './lock.ts'
import { createLog } from './log.ts'
import { Device } from './runtime.ts'
import { serveStatus } from './status-socket.ts'
import { startWatchdogs } from './watchdogs.ts'

/** Returns once the device was told to stop. @throws StartError */
export async function run(configPath: string): Promise<void> {
  const configuration = readConfiguration(configPath)
  const identity = await loadIdentity(configuration.identity, configuration.device)
  makeDataFolder(configuration.data)
  await using _lock = await lockFolder(configuration.data)
  await using backend = await openBackend(configuration)
  const log = createLog()
  await using watchdogs = startWatchdogs(configuration.watchdog, log)
  for (const warning of identity.warnings) log.warn({}, warning)
  const stopped = untilStopped()
  const feedWatchdogs = watchdogs.feed
  await using device = await Device.start({
    configuration,
    identity,
    backend,
    program: programVersion(),
    log,
    feedWatchdogs,
  })
  await using _status = await serveStatus(configuration.data, device, log)
  if (configuration.lines.backend === 'simulated') process.on('SIGUSR2', () => device.toggleCut())
  await stopped
  watchdogs.stopping()
}

function makeDataFolder(folder: string): void {
  try {
    makeFolder(folder)
  } catch (error) {
    const reason = systemReason(error)
    throw new StartError(
      text(
        `Der Datenordner ${folder} kann nicht angelegt werden: ${reason.de}. In der Konfiguration unter „data“ einen anderen nennen.`,
        `The data folder ${folder} cannot be made: ${reason.en}. Name another one under “data” in the configuration.`,
      ),
    )
  }
}

function untilStopped(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  return promise
}

/** The heartbeat tells it, so that the gateway knows which devices still run an old program. */
function programVersion(): string {
  const content: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  const isNamed = typeof content === 'object' && content !== null && 'version' in content
  return isNamed && typeof content.version === 'string' ? clipped(content.version, 32) : 'unknown'
}
