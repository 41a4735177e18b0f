// `stillruf-gateway monitor`: what security monitoring sees, live in a terminal. It connects like any other monitor.
import { readFileSync } from 'node:fs'
import mqtt, { type MqttClient } from 'mqtt'
import { decode } from '../../../protocol/codec.ts'
import { StartError } from '../../../protocol/command-line/start-error.ts'
import { systemReason } from '../../../protocol/command-line/system-reason.ts'
import { type Language, type Text, text } from '../../../protocol/text.ts'
import { seconds, wallTime } from '../../../protocol/time.ts'
import { prefix } from '../../../protocol/topics.ts'
import type { Settings } from '../configuration/configuration.ts'
import { createMonitorLines } from './monitor-lines.ts'
import { type PlaceOptions, requiredConfiguration } from './place.ts'
import { askPassword, printLine, timeText } from './terminal.ts'

export type MonitorOptions = PlaceOptions & { readonly account: string }

/** The gateway's own heartbeat comes every 10 s: two missed ones are silence. */
const silentMs = seconds(25)
const reconnectMs = seconds(2)
/** MQTT 3.1.1, 3.2.2.3: bad user name or password, not authorized. */
const refusals: readonly unknown[] = [4, 5]
/** MQTT 3.1.1, 3.9.3. */
const subscriptionRefused = 128

/** Runs until SIGINT or SIGTERM. @throws StartError if the first connection fails, or the account is refused. */
export async function monitor(options: MonitorOptions): Promise<void> {
  const { configuration, settings } = requiredConfiguration(options)
  const language = options.language ?? configuration.language
  const password = await askPassword(options.account, language)
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
      text(
        'In gateway.yaml ist mqtt.port 0; zum Verbinden wird ein fester Port gebraucht. Einen eintragen, zum Beispiel 8883.',
        'In gateway.yaml mqtt.port is 0, expected a fixed port to connect to. Set one, for example 8883.',
      ),
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
    const reason = systemReason(error)
    throw new StartError(
      text(
        `Das Zertifikat der Zertifizierungsstelle ${path} ist nicht lesbar: ${reason.de}. Den Befehl dort ausführen, wo die Daten der Zentrale liegen, oder ihren Ordner mit --data nennen.`,
        `The authority’s certificate ${path} cannot be read: ${reason.en}. Run this where the gateway’s data are, or name their folder with --data.`,
      ),
    )
  }
}

function watch(client: MqttClient, settings: Settings, account: string, language: Language): Promise<void> {
  const lines = createMonitorLines(language)
  const say = (line: string) => printLine(`${timeText(wallTime(Date.now()), language)}  ${line}`)
  let link: 'new' | 'up' | 'lost' | 'left' = 'new'
  let silence: NodeJS.Timeout | null = null

  function heard(): void {
    if (silence !== null) clearTimeout(silence)
    silence = setTimeout(() => say(texts.silent[language]), silentMs)
  }

  function show(payload: Uint8Array, live: boolean): void {
    const read = decode(payload, ['alarmState', 'deviceState', 'gatewayState', 'securityEvent'])
    if (!read.ok) return // of a newer gateway
    if (read.message.kind === 'gatewayState') heard()
    for (const line of lines.of(read.message, live)) say(line)
  }

  return new Promise<void>((resolve, reject) => {
    client.on('connect', () => {
      link = 'up'
      say(texts.connected[language])
      lines.connected()
      heard()
      client.subscribe(`${prefix}monitor/#`, { qos: 1 }, (_error, _granted, answer) => {
        if (answer?.granted.some(code => code === subscriptionRefused)) reject(notMonitor(account))
      }) // without an answer the connection was lost, and comes back
    })
    client.on('close', () => {
      if (link === 'new') reject(notReached(settings, closedByGateway))
      if (link === 'up') say(texts.lost[language])
      link = 'lost'
    })
    client.on('error', error => {
      if ('code' in error && refusals.includes(error.code)) reject(refused(account))
      else if (link === 'new') reject(notReached(settings, reasonOf(error)))
    })
    client.on('message', (_topic, payload, { retain }) => show(payload, !retain))
    const leave = (): void => {
      link = 'left'
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, leave)
  }).finally(() => {
    if (silence !== null) clearTimeout(silence)
  })
}

/** Where a name has several addresses, the reason is in the attempts. */
const reasonOf = (error: Error): Text =>
  systemReason(error instanceof AggregateError ? (error.errors[0] ?? error) : error)

const refused = (account: string): StartError =>
  new StartError(
    text(
      `Die Zentrale lehnt „${account}“ ab: Name oder Passwort ist falsch. „stillruf-gateway account list“ zeigt die Konten.`,
      `The gateway refused “${account}”: the name or the password is wrong. “stillruf-gateway account list” shows the accounts.`,
    ),
  )

const notMonitor = (account: string): StartError =>
  new StartError(
    text(
      `Das Konto „${account}“ darf nicht mitlesen. Ein Konto mit der Rolle monitor darf es: „stillruf-gateway account add NAME --role monitor“.`,
      `The account “${account}” may not monitor. One with the role monitor may: “stillruf-gateway account add NAME --role monitor”.`,
    ),
  )

const notReached = ({ mqtt: { address, port } }: Settings, reason: Text): StartError =>
  new StartError(
    text(
      `Die Zentrale antwortet nicht unter ${address}, Port ${port}: ${reason.de}. Sie mit „stillruf-gateway run“ starten, oder in ihrem Logbuch nachsehen.`,
      `The gateway does not answer at ${address}, port ${port}: ${reason.en}. Start it with “stillruf-gateway run”, or see its log.`,
    ),
  )

const closedByGateway = text('sie hat die Verbindung beendet', 'it closed the connection')

const texts = {
  connected: text('Mit der Zentrale verbunden.', 'Connected to the gateway.'),
  lost: text('Die Verbindung zur Zentrale ist unterbrochen.', 'The connection to the gateway is lost.'),
  silent: text('Die Zentrale meldet sich nicht.', 'The gateway is silent.'),
}
