// The shape of gateway.yaml: one schema is the check, the type and, by its descriptions, the documentation.
import { type Static, type TProperties, Type } from 'typebox'
import type { Language } from '../../../protocol/faults.ts'
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

const id = <Id extends string>(description: string) =>
  Type.Unsafe<Id>(Type.String({ pattern: namePattern, description }))
const text = (description: string) => Type.String({ minLength: 1, maxLength: 64, description })
const path = (description: string) => Type.String({ minLength: 1, maxLength: 4096, description })
const wholeSeconds = (minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, description })
const oneOf = <const Values extends readonly string[]>(values: Values, description: string) =>
  Type.Unsafe<Values[number]>(Type.String({ enum: [...values], description }))
const group = <Properties extends TProperties>(description: string, properties: Properties) =>
  Type.Object(properties, { additionalProperties: false, description })
const day = 24 * 3600

const address = (description: string) => Type.String({ minLength: 1, maxLength: 253, description })
const port = (description: string) => Type.Integer({ minimum: 0, maximum: 65535, description })

const zone = group('a zone: a room or area within a site', {
  id: id<ZoneId>('name that buttons use'),
  name: text('as people call it'),
})

const site = group('a site: a building', {
  id: id<SiteId>('name that devices use'),
  name: text('as people call it'),
  zones: Type.Array(zone, { minItems: 1, maxItems: 1000, description: 'the zones of the site' }),
})

const button = group('a button of a device', {
  id: id<ButtonId>('name of the button, as in the device’s own configuration'),
  name: text('as people call it, for example “Tresen links”'),
  room: text('the room, so that helpers find it'),
  zone: id<ZoneId>('zone of the device’s site'),
  policy: Type.Optional(id<PolicyId>('policy of this button; without it defaultPolicy applies')),
})

const device = group('a device', {
  id: id<DeviceId>('name of the device, as in its certificate'),
  site: id<SiteId>('site where it is mounted'),
  heartbeatSeconds: Type.Optional(
    wholeSeconds(
      limits.heartbeatMsMin / 1000,
      limits.heartbeatMsMax / 1000,
      'seconds between its signs of life; 10 if absent',
    ),
  ),
  indicator: Type.Optional(
    oneOf(
      ['off', 'afterAcknowledgement'],
      'what its discreet indicator may show; off if absent. Never anything at the press',
    ),
  ),
  buttons: Type.Array(button, { minItems: 1, maxItems: 32, description: 'the buttons of the device' }),
})

const responder = group('a responder: a person or a place with people', {
  id: id<ResponderId>('name of the account with which the responder logs in'),
  name: text('as people call them'),
})

const responders = (description: string) =>
  Type.Array(id<ResponderId>('a responder'), { minItems: 1, maxItems: 1000, description })

const step = group('a step of a policy', {
  name: text('as people call it, for example “Nachbarn”'),
  afterSeconds: wholeSeconds(0, day, 'seconds since the alarm was raised; 0 in the first step'),
  notify: responders('the responders who are told in this step'),
})

const policy = group('a policy: who is told, and when', {
  id: id<PolicyId>('name that buttons use'),
  steps: Type.Array(step, { minItems: 1, maxItems: 20, description: 'the steps, in the order of their times' }),
  repeatSeconds: wholeSeconds(5, day, 'seconds between repetitions of the last step until somebody takes the alarm'),
})

const incidentLevel = group('a level of an incident', {
  level: Type.Integer({ minimum: 0, maximum: 3, description: 'the level' }),
  de: Type.String({ minLength: 1, maxLength: 200, description: 'what belongs to it, in German' }),
  en: Type.String({ minLength: 1, maxLength: 200, description: 'what belongs to it, in English' }),
})

const consoleTls = Type.Union(
  [
    Type.Literal('gateway'),
    group('own certificate', {
      certificate: path('file of the certificate chain (PEM), relative to gateway.yaml'),
      key: path('file of its private key (PEM), relative to gateway.yaml'),
    }),
  ],
  { description: 'https: “gateway” for the gateway’s own certificate, or the files “certificate” and “key”' },
)

export const GatewayFile = group('the configuration of a gateway', {
  gateway: group('the gateway itself', {
    id: id<GatewayId>('name in topics and in its certificate'),
    name: text('as people call it, for example “Rathaus Lindenau”'),
  }),
  language: Type.Optional(
    Type.Unsafe<Language>(
      oneOf(['de', 'en'], 'language of texts for people without a screen of their own; de if absent'),
    ),
  ),
  data: Type.Optional(path('folder with database, keys and certificates, relative to gateway.yaml; “data” if absent')),
  mqtt: Type.Optional(
    group('where devices, responders and monitors connect, always with TLS', {
      address: Type.Optional(address('address to listen at; 0.0.0.0, every address of the machine, if absent')),
      port: Type.Optional(port('port; 8883 if absent, 0 for any free one')),
    }),
  ),
  console: Type.Optional(
    group('the web console', {
      address: Type.Optional(address('address to listen at; 127.0.0.1, this machine only, if absent')),
      port: Type.Optional(port('port; 8080 if absent, 0 for any free one')),
      tls: Type.Optional(consoleTls),
    }),
  ),
  tls: Type.Optional(
    group('files for MQTT over TLS, where they are not in the data folder; relative to gateway.yaml', {
      authority: Type.Optional(path('certificate of the authority (PEM); authority.pem in the data folder if absent')),
      certificate: Type.Optional(path('the gateway’s certificate (PEM); gateway-certificate.pem if absent')),
      key: Type.Optional(path('the gateway’s private key (PEM); gateway-key.pem if absent')),
      revoked: Type.Optional(path('revocation list (PEM); revoked.pem if absent, and it need not exist')),
    }),
  ),
  sites: Type.Array(site, { minItems: 1, maxItems: 10_000, description: 'the sites' }),
  devices: Type.Array(device, { maxItems: limits.connectionsMax, description: 'the devices; may be empty: []' }),
  responders: Type.Array(responder, { minItems: 1, maxItems: 10_000, description: 'the responders' }),
  policies: Type.Array(policy, { minItems: 1, maxItems: 1000, description: 'the policies' }),
  defaultPolicy: id<PolicyId>('policy of buttons that name none'),
  faults: group('technical faults', { notify: responders('the responders who are told of faults') }),
  supervision: Type.Optional(
    group('supervision of devices', {
      silentAfterSeconds: Type.Optional(
        wholeSeconds(2, day, 'a device not heard for so many seconds is a fault; 30 if absent'),
      ),
    }),
  ),
  incidentLevels: Type.Optional(
    Type.Array(incidentLevel, {
      minItems: 1,
      maxItems: 4,
      description: 'the levels of incidents; a usual list if absent',
    }),
  ),
})
export type GatewayFile = Static<typeof GatewayFile>
