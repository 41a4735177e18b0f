// Where a gateway listens, from its address in device.yaml.
import { assert } from '../../protocol/assert.ts'

/** Two that are the same place have the same host and port, however they were written. */
export type GatewayAddress = {
  /** As it stands in the configuration: people know the gateway by it. */
  readonly url: string
  /** In lower case; an IPv6 address is without brackets and as short as it can be. */
  readonly host: string
  readonly port: number
}

/** Registered at IANA as secure-mqtt. */
const mqttsPort = 8883
const label = '[A-Za-z0-9-]{1,63}'
/** No dot ends a name: TLS cannot ask for one that does [RFC 6066, 3]. */
const form = new RegExp(`^mqtts://(${label}(?:\\.${label})*|\\[[0-9A-Fa-f:.]+\\])(?::([0-9]{1,5}))?$`)

/** `mqtts://host:port`; an IPv6 address stands in brackets, and the port may be left out. */
export const isGatewayAddress = (url: string): boolean => parsed(url) !== null

/** @param url that is one, as the configuration has checked. */
export function gatewayAddress(url: string): GatewayAddress {
  const address = parsed(url)
  assert(address !== null, () => `${url} is the address of a gateway`)
  return address
}

function parsed(url: string): GatewayAddress | null {
  const [, host = '', digits = String(mqttsPort)] = form.exec(url) ?? []
  const port = Number(digits)
  // Of the kinds of URL, only those of the web have their hosts examined, and brought into one form.
  const examined = URL.parse(`https://${host}`)
  if (examined === null || port < 1 || port > 65_535) return null
  return { url, host: examined.hostname.replace(/^\[|\]$/g, ''), port }
}
