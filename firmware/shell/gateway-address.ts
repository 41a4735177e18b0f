// Where a gateway listens, from its address in device.yaml.

/** Registered at IANA as secure-mqtt. */
const mqttsPort = 8883

/** @param url `mqtts://host:port`, as the configuration has checked it; an IPv6 address stands in brackets there. */
export function gatewayAddress(url: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(url)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? mqttsPort : Number(port) }
}
