// `sign` and `revoke`: which devices get in.
import type { Command } from 'commander'
import { examples } from '../../protocol/command-line/help.ts'
import { type Language, text } from '../../protocol/text.ts'
import type { SignOptions } from '../shell/cli/certificates.ts'
import type { PlaceOptions } from '../shell/cli/place.ts'
import { placeCommand } from './command.ts'

export function addSign(program: Command, language: Language): void {
  placeCommand(program, 'sign', language)
    .description(
      text(
        'Macht aus der Zertifikatsanfrage eines Geräts sein Zertifikat. Mit ihm lässt die Zentrale das Gerät ein.',
        'Turns a device’s certificate request into its certificate. With it the gateway lets the device in.',
      )[language],
    )
    .argument('<request>', text('request.csr des Geräts', 'request.csr of the device')[language])
    .requiredOption('--out <file>', text('Datei für das Zertifikat', 'file for the certificate')[language])
    .addHelpText(
      'after',
      text(
        `
Der Reihe nach:
  1. request.csr vom Gerät hierher kopieren
  2. stillruf-gateway sign request.csr --out certificate.pem
  3. den angezeigten Namen mit dem Gerät in der Hand vergleichen
  4. certificate.pem und authority.pem auf das Gerät kopieren; authority.pem
     liegt im Datenordner`,
        `
Step by step:
  1. copy request.csr from the device to here
  2. stillruf-gateway sign request.csr --out certificate.pem
  3. compare the name that is shown with the device in your hand
  4. copy certificate.pem and authority.pem to the device; authority.pem is
     in the data folder`,
      )[language],
    )
    .action(async (request: string, options: SignOptions) =>
      (await import('../shell/cli/certificates.ts')).sign(request, options),
    )
}

export function addRevoke(program: Command, language: Language): void {
  placeCommand(program, 'revoke', language)
    .description(
      text(
        'Sperrt alle Zertifikate eines Geräts, etwa eines verlorenen, oder ein einzelnes.',
        'Revokes all certificates of a device, a lost one for example, or a single one.',
      )[language],
    )
    .argument(
      '<name>',
      text(
        'Name des Geräts, oder Seriennummer eines Zertifikats',
        'name of the device, or serial number of a certificate',
      )[language],
    )
    .addHelpText(
      'after',
      text(
        `
Das lässt sich nicht zurücknehmen. Eine laufende Zentrale trennt das Gerät
innerhalb von Sekunden.`,
        `
This cannot be undone. A running gateway disconnects the device within seconds.`,
      )[language],
    )
    .addHelpText('after', examples(language, 'stillruf-gateway revoke rathaus-1'))
    .action(async (name: string, options: PlaceOptions) =>
      (await import('../shell/cli/certificates.ts')).revoke(name, options),
    )
}
