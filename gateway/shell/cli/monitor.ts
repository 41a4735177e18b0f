// `stillruf-gateway monitor`: what security monitoring sees, live in a terminal. It connects like any other monitor.
import { readFileSync } from 'node:fs'
import mqtt, { type MqttClient } from 'mqtt'
import { decode } from '../../../protocol/codec.ts'
import type { Language } from '../../../protocol/faults.ts'
import { seconds, wallTime } from '../../../protocol/time.ts'
import { prefix } from '../../../protocol/topics.ts'
import type { Settings } from '../configuration/configuration.ts'
import { StartError, systemReason } from '../start-error.ts'
import { createMonitorLines } from './monitor-lines.ts'
import { type PlaceOptions, requiredConfiguration } from './place.ts'
import { askPassword, printLine, timeText } from './terminal.ts'

export type MonitorOptions = PlaceOptions & { readonly account: string }

/** The gateway's own heartbeat comes every 10 s: two missed ones are silence. */
const silentMs = seconds(25)
const reconnectMs = seconds(2)
/** MQTT 3.1.1, 3.2.2.3: bad user name or password, not authorized. */
const refusals: readonly unknown[] = [4, 5]

/** Runs until SIGINT or SIGTERM. @throws StartError if the first connection fails, or the account is refused. */
export async function monitor(options: MonitorOptions): Promise<void> {
  const { configuration, settings } = requiredConfiguration(options)
  const language = options.language ?? configuration.language
  const password = await askPassword(options.account)
  const client = connect(settings, options.account, password)
  try {
    await watch(client, settings, options.account, language)
  } finally {
    await client.endAsync(true)
  }
}

function connect({ mqtt: { address, port }, tls }: Settings, account: string, password: string): MqttClient {
  if (port === 0)
    throw new StartError(
      'Found mqtt.port 0 in gateway.yaml, expected a fixed port to connect to. Set one, for example 8883.',
    )
  const host = ['0.0.0.0', '::'].includes(address) ? '127.0.0.1' : address
  return mqtt.connect({
    protocol: 'mqtts',
    host,
    port,
    ca: readAuthority(tls.authority),
    username: account,
    password,
    reconnectPeriod: reconnectMs,
    resubscribe: false,
  })
}

function readAuthority(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new StartError(
      `The authority ${path} cannot be read: ${systemReason(error)}. Run this where the gateway's data are, or name them with --data.`,
    )
  }
}

function watch(client: MqttClient, settings: Settings, account: string, language: Language): Promise<void> {
  const lineOf = createMonitorLines(language)
  const say = (line: string) => printLine(`${timeText(wallTime(Date.now()), language)}  ${line}`)
  let link: 'new' | 'up' | 'lost' = 'new'
  let silence: NodeJS.Timeout | null = null

  function heard(): void {
    if (silence !== null) clearTimeout(silence)
    silence = setTimeout(() => say(texts.silent[language]), silentMs)
  }

  function show(payload: Uint8Array): void {
    if (payload.length === 0) return // a state that is no longer retained
    const read = decode(payload, ['alarmState', 'deviceState', 'gatewayState', 'securityEvent'])
    if (!read.ok) return // of a newer gateway
    if (read.message.kind === 'gatewayState') heard()
    const line = lineOf(read.message)
    if (line !== null) say(line)
  }

  return new Promise<void>((resolve, reject) => {
    client.on('connect', () => {
      link = 'up'
      say(texts.connected[language])
      heard()
      client.subscribe(`${prefix}monitor/#`, { qos: 1 }, (error, granted) => {
        if (error !== null || granted?.some(({ qos }) => qos === 128)) reject(notMonitor(account))
      })
    })
    client.on('close', () => {
      if (link === 'new') reject(notReached(settings, 'it closed the connection'))
      if (link === 'up') say(texts.lost[language])
      link = 'lost'
    })
    client.on('error', error => {
      if ('code' in error && refusals.includes(error.code)) reject(refused(account))
      else if (link === 'new') reject(notReached(settings, reasonOf(error)))
    })
    client.on('message', (_topic, payload) => show(payload))
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => resolve())
  }).finally(() => {
    if (silence !== null) clearTimeout(silence)
  })
}

/** Where a name has several addresses, the reason is in the attempts. */
const reasonOf = (error: Error): string =>
  systemReason(error instanceof AggregateError ? (error.errors[0] ?? error) : error)

const refused = (account: string): StartError =>
  new StartError(
    `The gateway refused “${account}”: the name or the password is wrong. “stillruf-gateway account list” shows the accounts.`,
  )

const notMonitor = (account: string): StartError =>
  new StartError(
    `The gateway does not let “${account}” monitor. Use an account with the role monitor: “stillruf-gateway account add NAME --role monitor”.`,
  )

const notReached = ({ mqtt: { address, port } }: Settings, reason: string): StartError =>
  new StartError(
    `The gateway does not answer at ${address} port ${port}: ${reason}. Start it with “stillruf-gateway run”, or see its log.`,
  )

const texts = {
  connected: { de: 'Mit der Zentrale verbunden.', en: 'Connected to the gateway.' },
  lost: { de: 'Die Verbindung zur Zentrale ist unterbrochen.', en: 'The connection to the gateway is lost.' },
  silent: { de: 'Die Zentrale meldet sich nicht.', en: 'The gateway is silent.' },
} as const satisfies Record<string, Record<Language, string>>
