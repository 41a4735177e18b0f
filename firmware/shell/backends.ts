// Which program text stands behind each way to reach lines. Only the one in use is loaded: the others take memory and may need
// libraries that this machine does not have.
import { type LineBackend, LineError } from '../../hardware/lines.ts'
import { assertNever } from '../../protocol/assert.ts'
import { StartError } from '../../protocol/command-line/start-error.ts'
import { type Configuration, inputsOf } from './configuration.ts'

/** @throws StartError if this machine has no such lines */
export async function openBackend(configuration: Configuration): Promise<LineBackend> {
  try {
    return await createBackend(configuration)
  } catch (error) {
    if (error instanceof LineError) throw new StartError(error.text)
    throw error
  }
}

async function createBackend(configuration: Configuration): Promise<LineBackend> {
  const { lines } = configuration
  switch (lines.backend) {
    case 'gpiochip':
      return (await import('../../hardware/gpiochip.ts')).createGpiochipBackend()
    case 'onoff':
      return (await import('../../hardware/onoff.ts')).createOnoffBackend()
    case 'firmata':
      return (await import('../../hardware/firmata.ts')).createFirmataBackend(lines)
    case 'simulated':
      return (await import('../../hardware/simulated.ts')).createSimulatedBackend({
        socketPath: lines.socket,
        closedAtStart: inputsOf(configuration)
          .filter(({ atRest }) => atRest === 'closed')
          .map(({ address }) => address),
      })
    default:
      return assertNever(lines)
  }
}
