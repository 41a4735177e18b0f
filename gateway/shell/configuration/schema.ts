// The shape of gateway.yaml: one schema is the check, the type and, by the meaning of each field, the documentation.
import { type Static, type TProperties, Type } from 'typebox'
import {
  type ButtonId,
  type DeviceId,
  type GatewayId,
  namePattern,
  type PolicyId,
  type ResponderId,
  type SiteId,
  type ZoneId,
} from '../../../protocol/ids.ts'
import { limits } from '../../../protocol/limits.ts'
import { languages, text } from '../../../protocol/text.ts'

const id = <Id extends string>(de: string, en: string) =>
  Type.Unsafe<Id>(Type.String({ pattern: namePattern, meaning: text(de, en) }))
const words = (de: string, en: string) => Type.String({ minLength: 1, maxLength: 64, meaning: text(de, en) })
const path = (de: string, en: string) => Type.String({ minLength: 1, maxLength: 4096, meaning: text(de, en) })
const wholeSeconds = (minimum: number, maximum: number, de: string, en: string) =>
  Type.Integer({ minimum, maximum, meaning: text(de, en) })
const oneOf = <const Values extends readonly string[]>(values: Values, de: string, en: string) =>
  Type.Unsafe<Values[number]>(Type.String({ enum: [...values], meaning: text(de, en) }))
const group = <Properties extends TProperties>(de: string, en: string, properties: Properties) =>
  Type.Object(properties, { additionalProperties: false, meaning: text(de, en) })
const day = 24 * 3600

const address = (de: string, en: string) => Type.String({ minLength: 1, maxLength: 253, meaning: text(de, en) })
const port = (de: string, en: string) => Type.Integer({ minimum: 0, maximum: 65535, meaning: text(de, en) })

const zone = group('ein Bereich eines Standorts, etwa ein Raum', 'a zone: a room or area within a site', {
  id: id<ZoneId>('Name, den Taster verwenden', 'name that buttons use'),
  name: words('so, wie man ihn nennt', 'as people call it'),
})

const site = group('ein Standort: ein Gebäude', 'a site: a building', {
  id: id<SiteId>('Name, den Geräte verwenden', 'name that devices use'),
  name: words('so, wie man ihn nennt', 'as people call it'),
  zones: Type.Array(zone, {
    minItems: 1,
    maxItems: 1000,
    meaning: text('die Bereiche des Standorts', 'the zones of the site'),
  }),
})

const button = group('ein Taster eines Geräts', 'a button of a device', {
  id: id<ButtonId>(
    'Name des Tasters, wie in der Konfiguration des Geräts',
    'name of the button, as in the device’s own configuration',
  ),
  name: words('so, wie man ihn nennt, zum Beispiel „Tresen links“', 'as people call it, for example “Tresen links”'),
  room: words('der Raum, damit Helfer ihn finden', 'the room, so that helpers find it'),
  zone: id<ZoneId>('Bereich am Standort des Geräts', 'zone of the device’s site'),
  policy: Type.Optional(
    id<PolicyId>(
      'Alarmplan dieses Tasters; ohne Angabe gilt defaultPolicy',
      'policy of this button; without it defaultPolicy applies',
    ),
  ),
})

const device = group('ein Gerät', 'a device', {
  id: id<DeviceId>('Name des Geräts, wie in seinem Zertifikat', 'name of the device, as in its certificate'),
  site: id<SiteId>('Standort, an dem es montiert ist', 'site where it is mounted'),
  heartbeatSeconds: Type.Optional(
    wholeSeconds(
      limits.heartbeatMsMin / 1000,
      limits.heartbeatMsMax / 1000,
      'Sekunden zwischen seinen Lebenszeichen; ohne Angabe 10',
      'seconds between its signs of life; 10 if absent',
    ),
  ),
  indicator: Type.Optional(
    oneOf(
      ['off', 'afterAcknowledgement'],
      'was seine unauffällige Anzeige zeigen darf; ohne Angabe off. Niemals etwas beim Drücken',
      'what its discreet indicator may show; off if absent. Never anything at the press',
    ),
  ),
  buttons: Type.Array(button, {
    minItems: 1,
    maxItems: 32,
    meaning: text('die Taster des Geräts', 'the buttons of the device'),
  }),
})

const responder = group(
  'ein Helfer: ein Mensch oder ein besetzter Ort',
  'a responder: a person or a place with people',
  {
    id: id<ResponderId>(
      'Name des Kontos, mit dem sich der Helfer anmeldet',
      'name of the account with which the responder logs in',
    ),
    name: words('so, wie man ihn nennt', 'as people call them'),
  },
)

const responders = (de: string, en: string) =>
  Type.Array(id<ResponderId>('ein Helfer', 'a responder'), { minItems: 1, maxItems: 1000, meaning: text(de, en) })

const step = group('eine Stufe eines Alarmplans', 'a step of a policy', {
  name: words('so, wie man sie nennt, zum Beispiel „Nachbarn“', 'as people call it, for example “Nachbarn”'),
  afterSeconds: wholeSeconds(
    0,
    day,
    'Sekunden seit dem Alarm; in der ersten Stufe 0',
    'seconds since the alarm was raised; 0 in the first step',
  ),
  notify: responders('die Helfer, denen in dieser Stufe gemeldet wird', 'the responders who are told in this step'),
})

const policy = group('ein Alarmplan: wem gemeldet wird, und wann', 'a policy: who is told, and when', {
  id: id<PolicyId>('Name, den Taster verwenden', 'name that buttons use'),
  steps: Type.Array(step, {
    minItems: 1,
    maxItems: 20,
    meaning: text('die Stufen in der Reihenfolge ihrer Zeiten', 'the steps, in the order of their times'),
  }),
  repeatSeconds: wholeSeconds(
    5,
    day,
    'Sekunden zwischen Wiederholungen der letzten Stufe, bis jemand den Alarm übernimmt',
    'seconds between repetitions of the last step until somebody takes the alarm',
  ),
})

const levelText = (de: string, en: string) => Type.String({ minLength: 1, maxLength: 200, meaning: text(de, en) })

const incidentLevel = group('eine Vorfallsstufe', 'a level of an incident', {
  level: Type.Integer({ minimum: 0, maximum: 3, meaning: text('die Stufe', 'the level') }),
  de: levelText('was zu ihr gehört, auf Deutsch', 'what belongs to it, in German'),
  en: levelText('was zu ihr gehört, auf Englisch', 'what belongs to it, in English'),
})

const consoleTls = Type.Union(
  [
    Type.Literal('gateway'),
    group('eigenes Zertifikat', 'own certificate', {
      certificate: path(
        'Datei mit der Zertifikatskette (PEM), vom Ordner der gateway.yaml aus',
        'file of the certificate chain (PEM), relative to gateway.yaml',
      ),
      key: path(
        'Datei mit dem privaten Schlüssel dazu (PEM), vom Ordner der gateway.yaml aus',
        'file of its private key (PEM), relative to gateway.yaml',
      ),
    }),
  ],
  {
    meaning: text(
      '„gateway“ für https mit dem eigenen Zertifikat der Zentrale, oder die Dateien „certificate“ und „key“',
      'https: “gateway” for the gateway’s own certificate, or the files “certificate” and “key”',
    ),
  },
)

const mqtt = group(
  'wo sich Geräte, Helfer und Leitstellen verbinden, immer mit TLS',
  'where devices, responders and monitors connect, always with TLS',
  {
    address: Type.Optional(
      address(
        'Adresse, an der sie erreichbar ist; ohne Angabe 0.0.0.0, jede Adresse des Rechners',
        'address to listen at; 0.0.0.0, every address of the machine, if absent',
      ),
    ),
    port: Type.Optional(
      port('Port; ohne Angabe 8883, 0 für irgendeinen freien', 'port; 8883 if absent, 0 for any free one'),
    ),
  },
)

const console = group('die Konsole im Browser', 'the web console', {
  address: Type.Optional(
    address(
      'Adresse, an der sie erreichbar ist; ohne Angabe 127.0.0.1, nur dieser Rechner',
      'address to listen at; 127.0.0.1, this machine only, if absent',
    ),
  ),
  port: Type.Optional(
    port('Port; ohne Angabe 8080, 0 für irgendeinen freien', 'port; 8080 if absent, 0 for any free one'),
  ),
  tls: Type.Optional(consoleTls),
})

const tls = group(
  'Dateien für MQTT mit TLS, wenn sie nicht im Datenordner liegen; vom Ordner der gateway.yaml aus',
  'files for MQTT over TLS, where they are not in the data folder; relative to gateway.yaml',
  {
    authority: Type.Optional(
      path(
        'Zertifikat der Zertifizierungsstelle (PEM); ohne Angabe authority.pem im Datenordner',
        'certificate of the authority (PEM); authority.pem in the data folder if absent',
      ),
    ),
    certificate: Type.Optional(
      path(
        'Zertifikat der Zentrale (PEM); ohne Angabe gateway-certificate.pem',
        'the gateway’s certificate (PEM); gateway-certificate.pem if absent',
      ),
    ),
    key: Type.Optional(
      path(
        'privater Schlüssel der Zentrale (PEM); ohne Angabe gateway-key.pem',
        'the gateway’s private key (PEM); gateway-key.pem if absent',
      ),
    ),
    revoked: Type.Optional(
      path(
        'Sperrliste (PEM); ohne Angabe revoked.pem, und sie muss nicht vorhanden sein',
        'revocation list (PEM); revoked.pem if absent, and it need not exist',
      ),
    ),
  },
)

export const GatewayFile = group('die Konfiguration einer Zentrale', 'the configuration of a gateway', {
  gateway: group('die Zentrale selbst', 'the gateway itself', {
    id: id<GatewayId>('Name in Topics und in ihrem Zertifikat', 'name in topics and in its certificate'),
    name: words(
      'so, wie man sie nennt, zum Beispiel „Rathaus Lindenau“',
      'as people call it, for example “Rathaus Lindenau”',
    ),
  }),
  language: Type.Optional(
    oneOf(
      languages,
      'Sprache von Meldungen und Befehlen; ohne Angabe de',
      'language of notifications and commands; de if absent',
    ),
  ),
  data: Type.Optional(
    path(
      'Ordner mit Datenbank, Schlüsseln und Zertifikaten, vom Ordner der gateway.yaml aus; ohne Angabe „data“',
      'folder with database, keys and certificates, relative to gateway.yaml; “data” if absent',
    ),
  ),
  mqtt: Type.Optional(mqtt),
  console: Type.Optional(console),
  tls: Type.Optional(tls),
  sites: Type.Array(site, { minItems: 1, maxItems: 10_000, meaning: text('die Standorte', 'the sites') }),
  devices: Type.Array(device, {
    maxItems: limits.connectionsMax,
    meaning: text('die Geräte; auch eine leere Liste ist möglich: []', 'the devices; may be empty: []'),
  }),
  responders: Type.Array(responder, { minItems: 1, maxItems: 10_000, meaning: text('die Helfer', 'the responders') }),
  policies: Type.Array(policy, { minItems: 1, maxItems: 1000, meaning: text('die Alarmpläne', 'the policies') }),
  defaultPolicy: id<PolicyId>('Alarmplan der Taster, die keinen nennen', 'policy of buttons that name none'),
  faults: group('technische Störungen', 'technical faults', {
    notify: responders('die Helfer, denen Störungen gemeldet werden', 'the responders who are told of faults'),
  }),
  supervision: Type.Optional(
    group('Überwachung der Geräte', 'supervision of devices', {
      silentAfterSeconds: Type.Optional(
        wholeSeconds(
          2,
          day,
          'nach so vielen Sekunden ohne Lebenszeichen gilt ein Gerät als gestört; ohne Angabe 30',
          'a device not heard for so many seconds is a fault; 30 if absent',
        ),
      ),
    }),
  ),
  incidentLevels: Type.Optional(
    Type.Array(incidentLevel, {
      minItems: 1,
      maxItems: 4,
      meaning: text(
        'die Vorfallsstufen; ohne Angabe eine übliche Liste',
        'the levels of incidents; a usual list if absent',
      ),
    }),
  ),
})
export type GatewayFile = Static<typeof GatewayFile>
