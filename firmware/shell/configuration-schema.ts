// The shape of device.yaml: one schema is the check, the type and, by the meaning of each field, the documentation.
import { type Static, Type } from 'typebox'
import { boardIds } from '../../hardware/boards.ts'
import type { DeviceId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { text } from '../../protocol/text.ts'
import { group, id, input, oneOf, output, path } from './configuration-fields.ts'
import type { ButtonFile } from './configuration-wirings.ts'
import { isGatewayAddress } from './gateway-address.ts'

const gateway = group('eine Zentrale', 'a gateway', {
  url: Type.Refine(
    Type.String({
      meaning: text(
        'eine Adresse wie mqtts://zentrale.example:8883, mit einem Port von 1 bis 65535',
        'an address such as mqtts://zentrale.example:8883, with a port from 1 to 65535',
      ),
    }),
    isGatewayAddress,
  ),
})

const board = group('ein Board am USB', 'a board over USB', {
  name: Type.String({
    minLength: 1,
    maxLength: 64,
    meaning: text('der Name, den Taster als ihren Chip nennen', 'the name that buttons give as their chip'),
  }),
  port: path('der serielle Port des Boards', 'the serial port of the board'),
})

export const boardList = Type.Array(board, {
  minItems: 1,
  maxItems: 8,
  meaning: text('die Boards am USB, mit firmata', 'the boards over USB, with firmata'),
})

const lines = group('die Leitungen', 'the lines', {
  backend: Type.Optional(
    oneOf(
      ['gpiochip', 'onoff', 'firmata', 'simulated'],
      'die des Rechners über gpiochip (ohne Angabe) oder sysfs, die eines Boards am USB, oder nachgebildete',
      'those of the machine through gpiochip (if absent) or sysfs, those of a board over USB, or simulated ones',
    ),
  ),
  socket: Type.Optional(
    path('der Socket, der nachgebildete Leitungen bewegt', 'the socket that moves simulated lines'),
  ),
  boards: Type.Optional(boardList),
})

export const DeviceFile = group('die Konfiguration eines Geräts', 'the configuration of a device', {
  device: id<DeviceId>(
    'der Name des Geräts, wie in seinem Zertifikat',
    'the name of the device, as in its certificate',
  ),
  data: path(
    'der Ordner, in dem das Gerät aufhebt, was es noch zu melden hat',
    'the folder where the device keeps what it owes',
  ),
  gateways: Type.Array(gateway, { minItems: 1, maxItems: 8, meaning: text('die Zentralen', 'the gateways') }),
  identity: Type.Optional(
    group('Schlüssel und Zertifikate des Geräts', 'key and certificates of the device', {
      key: Type.Optional(path('der Schlüssel des Geräts', 'the device’s key')),
      certificate: Type.Optional(path('das Zertifikat des Geräts', 'the device’s certificate')),
      authority: Type.Optional(
        path('das Zertifikat der Zertifizierungsstelle der Zentrale', 'the certificate of the gateway’s authority'),
      ),
    }),
  ),
  board: Type.Optional(oneOf(boardIds, 'das Board, dessen Stifte genannt werden', 'the board whose pins are named')),
  lines: Type.Optional(lines),
  buttons: Type.Array(Type.Unknown(), {
    minItems: 1,
    maxItems: limits.buttonsPerDeviceMax,
    meaning: text('die Taster', 'the buttons'),
  }),
  tamper: Type.Optional(
    group(
      'der Kontakt, der bei geschlossenem Gehäuse geschlossen ist',
      'the contact that is closed while the case is closed',
      input,
    ),
  ),
  indicator: Type.Optional(
    group('der Ausgang der unauffälligen Anzeige', 'the output of the discreet indicator', {
      ...output,
      pattern: Type.Optional(
        oneOf(['steady', 'slowBlink'], 'wie sie leuchtet; ohne Angabe steady', 'how it is lit; steady if absent'),
      ),
    }),
  ),
  relay: Type.Optional(
    group(
      'der Ausgang des Relais, das bei übernommenem Alarm geschlossen ist',
      'the output of the relay that is closed while an alarm is taken',
      output,
    ),
  ),
  watchdog: Type.Optional(
    Type.String({
      pattern: '^/dev/watchdog[0-9]*$',
      meaning: text('die Datei des Watchdogs, wie /dev/watchdog', 'the file of the board’s watchdog, as /dev/watchdog'),
    }),
  ),
})
/** Once each button was checked against the shape of its wiring. */
export type DeviceFile = Omit<Static<typeof DeviceFile>, 'buttons'> & { readonly buttons: readonly ButtonFile[] }
export type InputFile = NonNullable<DeviceFile['tamper']>
export type OutputFile = NonNullable<DeviceFile['indicator']>
