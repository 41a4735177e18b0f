// The way to a gateway, step by step: its name, a TCP connection, TLS with the device's identity, and that the connection stays. No MQTT
// is spoken: a CONNECT in the device's name would end the connection of the device that runs.
import { lookup } from 'node:dns/promises'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { systemReason } from '../../../protocol/command-line/system-reason.ts'
import { type Text, text } from '../../../protocol/text.ts'
import type { Link } from '../../core/model.ts'
import type { GatewayAddress } from '../gateway-address.ts'
import type { Identity } from '../identity.ts'
import { day, decimal, type Finding, findingsOf } from './finding.ts'

export type Step = 'name' | 'tcp' | 'tls' | 'stay'
export type GatewayReading = {
  readonly url: string
  /** Null: every step was taken. `code` of the system or of TLS. */
  readonly failure: { readonly step: Step; readonly code: string; readonly reason: Text } | null
  readonly tcpMs: number | null
  /** Whether TLS was tried, for which the device's identity is needed. */
  readonly secured: boolean
  /** Of the gateway's certificate. */
  readonly validUntil: Date | null
  /** What the running program says of its connection; null: none runs. */
  readonly program: Link['state'] | null
}

const stepMs = 5000
/** A gateway that does not accept a certificate ends the connection right after the handshake. */
const stayMs = 1000
const dayMs = 86_400_000

/** @param identity null: it could not be loaded, and TLS is not tried */
export async function probeGateway(
  { url, host, port }: GatewayAddress,
  identity: Identity | null,
  program: Link['state'] | null,
): Promise<GatewayReading> {
  const attempt = new Attempt()
  const came = (failure: GatewayReading['failure']): GatewayReading => {
    const { tcpMs, validUntil } = attempt
    return { url, failure, tcpMs, secured: identity !== null, validUntil, program }
  }
  try {
    await attempt.run(host, port, identity)
    return came(null)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    return came({ step: attempt.step, code, reason: systemReason(error) })
  }
}

/** One gateway that works is enough for a press to arrive: the others are only notes then. */
export function judgeGateways(readings: readonly GatewayReading[]): readonly Finding[] {
  const works = readings.some(({ failure, program }) => program === 'up' || (failure === null && program !== 'down'))
  return readings.map(reading => judge(reading, works))
}

function judge(reading: GatewayReading, oneWorks: boolean): Finding {
  const { url, failure, program } = reading
  const { ok, note, failed } = findingsOf('gateway', url)
  if (failure !== null) {
    const sentence = failureText(reading, failure)
    return oneWorks ? note(codeOf(failure), sentence) : failed(codeOf(failure), sentence)
  }
  if (program === 'down')
    return (oneWorks ? note : failed)(
      'programDown',
      text(
        'Die Zentrale ist erreichbar, aber das laufende Programm ist nicht mit ihr verbunden. In der Zentrale nachsehen, ob sie dieses Gerät kennt, und im Protokoll des Programms, warum.',
        'The gateway can be reached, but the running program is not connected to it. See in the gateway whether it knows this device, and in the program’s log why.',
      ),
    )
  if (!reading.secured) return note('notExamined', unsecured)
  const soon = expiresSoon(reading)
  return soon ?? ok('reachable', reachable(reading))
}

const codeOf = ({ step, code }: { readonly step: Step; readonly code: string }): string =>
  ({
    name: 'unknownName',
    tcp: 'unreachable',
    tls: isCertificate(code) ? 'wrongCertificate' : 'noTls',
    stay: 'notAccepted',
  })[step]

function failureText(reading: GatewayReading, failure: NonNullable<GatewayReading['failure']>): Text {
  const host = reading.url.replace('mqtts://', '')
  const { de, en } = failure.reason
  switch (failure.step) {
    case 'name':
      return text(
        `Die Adresse ${host} ist nicht zu finden: ${de}. Schreibweise unter „gateways“ und den Namensdienst (DNS) prüfen.`,
        `The address ${host} cannot be found: ${en}. Check its spelling under “gateways” and the name service (DNS).`,
      )
    case 'tcp':
      return text(
        `Die Zentrale ${host} ist nicht zu erreichen: ${de}. Netzwerkkabel, Netzwerk und Firewall prüfen, und ob die Zentrale läuft.`,
        `The gateway ${host} cannot be reached: ${en}. Check network cable, network and firewall, and whether the gateway runs.`,
      )
    case 'tls':
      return isCertificate(failure.code)
        ? text(
            `${host} weist sich nicht als unsere Zentrale aus: ${de}. Adresse und authority.pem prüfen, und die Uhr des Geräts.`,
            `${host} does not prove to be our gateway: ${en}. Check the address and authority.pem, and the device’s clock.`,
          )
        : text(
            `${host} antwortet, aber nicht als Zentrale: ${de}. Adresse und Port unter „gateways“ prüfen.`,
            `${host} answers, but not as a gateway: ${en}. Check address and port under “gateways”.`,
          )
    case 'stay':
      return text(
        `Die Zentrale ${host} nimmt das Zertifikat dieses Geräts nicht an und hat die Verbindung beendet. In der Zentrale nachsehen, ob es widerrufen, abgelaufen oder von einer anderen Stelle ist.`,
        `The gateway ${host} does not accept this device’s certificate and ended the connection. See in the gateway whether it is revoked, expired or from another authority.`,
      )
  }
}

const unsecured = text(
  'Die Zentrale antwortet. Ohne die Identität des Geräts sind ihr Zertifikat und die Annahme des Geräts ungeprüft.',
  'The gateway answers. Without the device’s identity, its certificate and whether it accepts the device were not examined.',
)

function reachable({ tcpMs, program }: GatewayReading): Text {
  const time = decimal(tcpMs ?? 0, 1)
  const knows = programWords(program)
  return text(
    `Erreichbar in ${time.de} ms; Name und Zertifikat stimmen, das Zertifikat des Geräts wird angenommen.${knows.de}`,
    `Reached in ${time.en} ms; name and certificate are right, the device’s certificate is accepted.${knows.en}`,
  )
}

function programWords(program: Link['state'] | null): Text {
  if (program === null)
    return text(
      ' Ob sie das Gerät in ihrer Konfiguration hat, zeigt sich, wenn das Programm läuft.',
      ' Whether it has the device in its configuration shows when the program runs.',
    )
  return program === 'up'
    ? text(' Das laufende Programm ist verbunden.', ' The running program is connected.')
    : text(' Das laufende Programm verbindet sich gerade.', ' The running program is connecting.')
}

function expiresSoon({ url, validUntil }: GatewayReading): Finding | null {
  if (validUntil === null || validUntil.getTime() - Date.now() > 30 * dayMs) return null
  const end = day(validUntil)
  return findingsOf('gateway', url).note(
    'expiresSoon',
    text(
      `Die Zentrale ist erreichbar, aber ihr Zertifikat läuft am ${end.de} ab; danach nimmt kein Gerät sie mehr an. Es rechtzeitig erneuern.`,
      `The gateway can be reached, but its certificate expires on ${end.en}; no device accepts it after that. Renew it in time.`,
    ),
  )
}

/** Codes of OpenSSL and Node that speak of the other side's certificate: nodejs.org/api/tls.html#x509-certificate-error-codes. */
const isCertificate = (code: string): boolean =>
  /CERT|SIGNATURE|ISSUER|UNTRUSTED|REVOKED|CHAIN|INVALID_CA|INVALID_PURPOSE|ALTNAME/.test(code)

/** Remembers how far it came. */
class Attempt {
  step: Step = 'name'
  tcpMs: number | null = null
  validUntil: Date | null = null

  async run(host: string, port: number, identity: Identity | null): Promise<void> {
    await lookup(host)
    this.step = 'tcp'
    const startedAt = performance.now()
    const tcp = await reached(connectTcp({ host, port }), 'connect')
    this.tcpMs = performance.now() - startedAt
    try {
      if (identity !== null) await this.#secure(tcp, host, identity)
    } finally {
      tcp.destroy()
    }
  }

  async #secure(tcp: Socket, host: string, { key, certificate, authority }: Identity): Promise<void> {
    this.step = 'tls'
    const tls = connectTls({
      socket: tcp,
      host,
      servername: isAddress(host) ? '' : host,
      key,
      cert: certificate,
      ca: authority,
    })
    await reached(tls, 'secureConnect')
    this.validUntil = tls.getPeerX509Certificate()?.validToDate ?? null
    this.step = 'stay'
    await stays(tls)
    tls.end()
  }
}

const isAddress = (host: string): boolean => /^[\d.]+$/.test(host) || host.includes(':')

async function reached<Connection extends Socket>(
  socket: Connection,
  event: 'connect' | 'secureConnect',
): Promise<Connection> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(() => reject(late()), stepMs)
  socket.once(event, resolve)
  socket.once('error', reject)
  socket.once('close', () => reject(ended()))
  try {
    await promise
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    clearTimeout(timer)
    socket.on('error', () => undefined) // A connection that was reached may still break; nobody waits for it any more.
  }
}

/** Resolves if the other side leaves the connection standing. */
async function stays(tls: TLSSocket): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, stayMs)
  tls.once('error', reject)
  tls.once('end', () => reject(ended()))
  tls.once('close', () => reject(ended()))
  tls.resume()
  await promise.finally(() => clearTimeout(timer))
}

const late = (): Error => Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })
const ended = (): Error => Object.assign(new Error('the connection was ended'), { code: 'ECONNRESET' })
