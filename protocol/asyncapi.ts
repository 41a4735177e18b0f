// Writes asyncapi.json (AsyncAPI 3.0) and README.md from the tables of topics, messages, faults and limits:
// `npm run docs:protocol`. A script; the programs do not import it.
import { writeFileSync } from 'node:fs'
import { examples } from './examples.ts'
import { type MessageKind, messages, securityEventKinds } from './messages.ts'
import { protocolReadme } from './readme.ts'
import { prefix, type Role, roles, type TopicName, topicNames, topics } from './topics.ts'

type Json = { readonly [key: string]: unknown }

const parameterDescriptions: Readonly<Record<string, string>> = {
  device: 'Id of the device: the common name of its certificate.',
  responder: 'Id of the responder: the user name of its account.',
  alarm: 'Id of the alarm: device.boot.sequence.',
  gateway: 'Id of the gateway.',
  event: 'What was tried.',
}

/** The AsyncAPI 3.0 document, seen from the gateway: it receives what devices and responders send, and sends the rest. */
export function asyncApiDocument(): Json {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Stillruf: silent alarm',
      version: '1.0.0',
      description:
        'MQTT 3.1.1 over TLS, QoS 1, JSON. How to sign, what a late alarm is, and commands to try it: README.md in the same folder.',
      license: { name: 'EUPL-1.2', url: 'https://eupl.eu/1.2/en/' },
    },
    defaultContentType: 'application/json',
    servers: { gateway: server },
    channels: Object.fromEntries(topicNames.map(name => [name, channelOf(name)])),
    operations: Object.fromEntries(topicNames.flatMap(operationsOf)),
    components: {
      messages: Object.fromEntries(kinds.map(kind => [kind, messageOf(kind)])),
      securitySchemes: {
        deviceCertificate: {
          type: 'X509',
          description: 'Device: certificate of the gateway’s authority, CN = device id.',
        },
        account: { type: 'userPassword', description: 'Responder or monitor: an account of the gateway.' },
      },
    },
  }
}

const kinds = Object.keys(messages) as readonly MessageKind[]

const server: Json = {
  host: '127.0.0.1:8883',
  protocol: 'mqtts',
  protocolVersion: '3.1.1',
  description: 'The gateway. Its certificate is signed by the authority in data/authority.pem.',
  security: [
    { $ref: '#/components/securitySchemes/deviceCertificate' },
    { $ref: '#/components/securitySchemes/account' },
  ],
}

function channelOf(name: TopicName): Json {
  const topic = topics[name]
  const parameters = [...topic.pattern.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => [
    parameter,
    {
      description: parameterDescriptions[parameter] ?? '',
      ...(parameter === 'event' ? { enum: [...securityEventKinds] } : {}),
    },
  ])
  return {
    address: prefix + topic.pattern,
    description: topic.description,
    messages: Object.fromEntries(topic.messages.map(kind => [kind, { $ref: `#/components/messages/${kind}` }])),
    parameters: Object.fromEntries(parameters),
    'x-permissions': Object.fromEntries(roles.map(role => [role, permissionOf(name, role)])),
  }
}

function permissionOf(name: TopicName, role: Role): string {
  const topic = topics[name]
  const own = topic.pattern.includes(`{${role}}`) ? ' own' : ''
  return topic.from === role ? `publish${own}` : topic.to.includes(role) ? `subscribe${own}` : 'none'
}

function operationsOf(name: TopicName): readonly (readonly [string, Json])[] {
  const { from, to, retained, messages: sent } = topics[name]
  const operation = (action: 'send' | 'receive', summary: string): Json => ({
    action,
    channel: { $ref: `#/channels/${name}` },
    summary,
    messages: sent.map(kind => ({ $ref: `#/channels/${name}/messages/${kind}` })),
    bindings: { mqtt: { qos: 1, retain: retained, bindingVersion: '0.2.0' } },
  })
  const readers = to.filter(party => party !== 'gateway')
  return [
    ...(from === 'gateway' ? [] : [[`receive_${name}`, operation('receive', `From ${from}.`)] as const]),
    ...(readers.length === 0 ? [] : [[`send_${name}`, operation('send', `To ${readers.join(', ')}.`)] as const]),
  ]
}

function messageOf(kind: MessageKind): Json {
  const { $id: _, ...payload } = JSON.parse(JSON.stringify(messages[kind])) as Json
  return {
    name: kind,
    title: kind,
    summary: payload.description,
    contentType: 'application/json',
    payload,
    examples: [{ name: kind, payload: examples[kind] }],
  }
}

/** The generated files and their contents, by their path below this folder. */
export const generatedFiles = (): Readonly<Record<string, string>> => ({
  'asyncapi.json': `${JSON.stringify(asyncApiDocument(), null, 2)}\n`,
  'README.md': protocolReadme(),
})

if (import.meta.main) {
  for (const [path, content] of Object.entries(generatedFiles())) writeFileSync(new URL(path, import.meta.url), content)
}
