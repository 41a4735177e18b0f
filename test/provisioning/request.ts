// A certificate request as a device makes it, with any names and curve.
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { PemConverter, Pkcs10CertificateRequestGenerator } from '@peculiar/x509'

type Request = { readonly request: string; readonly key: string }

export async function createRequest(names: string | readonly string[], namedCurve = 'P-256'): Promise<Request> {
  const algorithm = { name: 'ECDSA', namedCurve, hash: 'SHA-256' }
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: [names].flat().map(name => ({ CN: [name] })),
    keys,
    signingAlgorithm: algorithm,
  })
  const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
  return { request: request.toString('pem'), key }
}
