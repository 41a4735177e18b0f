// `stillruf-device run`: everything that the device needs, from its file to the last goodbye.
import { readFileSync } from 'node:fs'
import type { LineBackend } from '../../hardware/lines.ts'
import { LineError } from '../../hardware/lines.ts'
import { StartError } from '../../protocol/command-line/start-error.ts'
import { systemReason } from '../../protocol/command-line/system-reason.ts'
import { text } from '../../protocol/text.ts'
import { type Configuration, inputsOf, readConfiguration } from './configuration.ts'
import { makeFolder } from './folder.ts'
import { loadIdentity } from './identity.ts'
import { lockFolder } from './lock.ts'
import { createLog } from './log.ts'
import { Device } from './runtime.ts'

/** Returns once the device was told to stop. @throws StartError */
export async function run(configPath: string): Promise<void> {
  const configuration = readConfiguration(configPath)
  const identity = await loadIdentity(configuration.identity, configuration.device)
  makeDataFolder(configuration.data)
  await using _lock = await lockFolder(configuration.data)
  await using backend = await openBackend(configuration)
  const log = createLog()
  for (const warning of identity.warnings) log.warn({}, warning)
  const stopped = untilStopped()
  await using device = await Device.start({ configuration, identity, backend, program: programVersion(), log })
  if (configuration.lines.backend === 'simulated') process.on('SIGUSR2', () => device.toggleCut())
  await stopped
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

/** Only the backend in use is loaded: the others may need libraries that this machine does not have. */
async function openBackend(configuration: Configuration): Promise<LineBackend> {
  const { lines } = configuration
  try {
    if (lines.backend === 'onoff') return await (await import('../../hardware/onoff.ts')).createOnoffBackend()
    const { createSimulatedBackend } = await import('../../hardware/simulated.ts')
    const closed = inputsOf(configuration).filter(({ atRest }) => atRest === 'closed')
    return await createSimulatedBackend({
      socketPath: lines.socket,
      closedAtStart: closed.map(({ address }) => address),
    })
  } catch (error) {
    if (error instanceof LineError) throw new StartError(error.text)
    throw error
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
  return isNamed && typeof content.version === 'string' ? content.version.slice(0, 32) : 'unknown'
}
