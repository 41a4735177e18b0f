// `stillruf-gateway run`: the gateway itself, until SIGINT or SIGTERM.
import { createLog } from '../log.ts'
import { startGateway } from '../runtime.ts'
import { type PlaceOptions, requiredPath } from './place.ts'

export type RunOptions = PlaceOptions & { readonly verbose?: boolean }

export async function run(options: RunOptions): Promise<void> {
  const log = createLog(options.verbose === true ? 'debug' : 'info')
  const stopped = stopSignal()
  await using gateway = await startGateway({
    configuration: requiredPath(options),
    data: options.data ?? null,
    log,
  })
  process.on('SIGHUP', gateway.reload)
  log.info({ mqtt: gateway.mqtt, console: gateway.console }, 'started')
  log.info({ signal: await stopped }, 'stopping')
  process.off('SIGHUP', gateway.reload)
}

/** A second signal ends the program at once, as ever. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise(resolve => {
    const stop = (signal: NodeJS.Signals): void => {
      process.off('SIGINT', stop).off('SIGTERM', stop)
      resolve(signal)
    }
    process.on('SIGINT', stop).on('SIGTERM', stop)
  })
}
