// An address of a gateway names a host and a port, with names, IPv4 and IPv6.
import { expect, test } from 'vitest'
import { gatewayAddress } from '../../firmware/shell/gateway-address.ts'

test.each([
  ['mqtts://zentrale.example', 'zentrale.example', 8883],
  ['mqtts://zentrale.example:18883', 'zentrale.example', 18883],
  ['mqtts://192.0.2.7:8883', '192.0.2.7', 8883],
  ['mqtts://[2001:DB8:0::7]:8884', '2001:db8::7', 8884],
  ['mqtts://Zentrale.EXAMPLE:1', 'zentrale.example', 1],
  ['mqtts://zentrale-1:65535', 'zentrale-1', 65_535],
])('%s', (url, host, port) => {
  expect(gatewayAddress(url)).toEqual({ url, host, port })
})
