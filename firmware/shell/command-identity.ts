// `stillruf-device identity`: makes key and request, and says what comes next.
import { join, resolve } from 'node:path'
import { parseDeviceId } from '../../protocol/ids.ts'
import { makeIdentity } from './identity-request.ts'
import { StartError } from './start-error.ts'

/** @throws StartError */
export async function identity(name: string, data: string): Promise<void> {
  const device = parseDeviceId(name)
  if (device === null)
    throw new StartError(
      `--device is “${name}”, expected 1 to 32 lower-case letters, digits and inner hyphens, such as rathaus-1.`,
    )
  const folder = resolve(data)
  const made = await makeIdentity(folder, device)
  const lines = [
    made.keyIsNew ? `Key made:     ${made.key} (it never leaves this device)` : `Key kept:     ${made.key}`,
    `Request made: ${made.request} for ${device}`,
    '',
    'Next:',
    `  1. Take ${made.request} to the gateway and have it signed there.`,
    `  2. Put what it hands out here: ${join(folder, 'certificate.pem')} and ${join(folder, 'authority.pem')}`,
    '  3. stillruf-device run --config device.yaml',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
