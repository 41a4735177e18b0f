// One authority for a test file, and the parties that it vouches for.

import {
  type Authority,
  createAuthority,
  type Issued,
  issueGatewayCertificate,
  signDeviceRequest,
  type Validity,
} from '../../gateway/provisioning/authority.ts'
import { assert } from '../../protocol/assert.ts'
import { parseDeviceId, parseGatewayId } from '../../protocol/ids.ts'
import { createRequest } from '../provisioning/request.ts'

export type DeviceParty = Issued & { readonly id: string; readonly serial: string }
export type Certificates = {
  readonly authority: Authority
  readonly gateway: Issued
  readonly device: (id: string, validity?: Validity) => Promise<DeviceParty>
}

export async function createCertificates(name = 'Rathaus Lindenau'): Promise<Certificates> {
  const authority = await createAuthority({ name })
  const gateway = parseGatewayId('rathaus')
  assert(gateway !== null, 'the name of the test gateway is valid')
  return {
    authority,
    gateway: await issueGatewayCertificate(authority, { gateway, hosts: ['localhost', '127.0.0.1'] }),
    device: (id, validity) => deviceParty(authority, id, validity),
  }
}

async function deviceParty(authority: Authority, id: string, validity: Validity = {}): Promise<DeviceParty> {
  assert(parseDeviceId(id) !== null, `${id} is a device id`)
  const { request, key } = await createRequest(id)
  const { certificate, serial } = await signDeviceRequest(authority, request, validity)
  return { id, key, certificate, serial }
}
