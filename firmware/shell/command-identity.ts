// `stillruf-device identity`: makes key and request, and says what comes next.
import { join, resolve } from 'node:path'
import { StartError } from '../../protocol/command-line/start-error.ts'
import { type DeviceId, parseDeviceId } from '../../protocol/ids.ts'
import { type Language, type Text, text } from '../../protocol/text.ts'
import { type MadeIdentity, makeIdentity } from './identity-request.ts'

export type IdentityOptions = { readonly device: string; readonly data: string }

/** @throws StartError */
export async function identity({ device: name, data }: IdentityOptions, language: Language): Promise<void> {
  const device = parseDeviceId(name)
  if (device === null)
    throw new StartError(
      text(
        `--device ist „${name}“; erwartet werden 1 bis 32 Kleinbuchstaben, Ziffern und Bindestriche im Inneren, zum Beispiel rathaus-1, und nicht „gateway“, denn so heißt die Zentrale selbst.`,
        `--device is “${name}”, expected 1 to 32 lower-case letters, digits and inner hyphens, such as rathaus-1, and not “gateway”, which is the gateway itself.`,
      ),
    )
  const folder = resolve(data)
  const made = await makeIdentity(folder, device)
  process.stdout.write(`${summary(device, folder, made)[language]}\n`)
}

function summary(device: DeviceId, folder: string, { key, request, keyIsNew }: MadeIdentity): Text {
  const [certificate, authority] = [join(folder, 'certificate.pem'), join(folder, 'authority.pem')]
  return text(
    `Schlüssel:  ${key} (${keyIsNew ? 'neu' : 'vorhanden'}; er verlässt dieses Gerät nie)
Anfrage:    ${request} (für ${device})

Weiter:
  1. ${request} zur Zentrale bringen und dort signieren lassen
  2. Was sie ausgibt, hierher legen: ${certificate} und ${authority}
  3. stillruf-device run --config device.yaml`,
    `Key:      ${key} (${keyIsNew ? 'new' : 'kept'}; it never leaves this device)
Request:  ${request} (for ${device})

Next:
  1. take ${request} to the gateway and have it signed there
  2. put what it hands out here: ${certificate} and ${authority}
  3. stillruf-device run --config device.yaml`,
  )
}
