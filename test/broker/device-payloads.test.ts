// A receipt is signed while its record is being written, and not once more when it leaves.
import { beforeAll, expect, test, vi } from 'vitest'
import { createDevicePayloads } from '../../gateway/shell/broker/device-payloads.ts'
import { createSigner, createVerifier } from '../../gateway/shell/broker/verify.ts'
import { isAuthentic } from '../../protocol/codec.ts'
import type { ReceiptMessage } from '../../protocol/messages.ts'
import { wallTime } from '../../protocol/time.ts'
import { type Certificates, createCertificates } from './certificates.ts'
import { receipt } from './messages.ts'

let certificates: Certificates
beforeAll(async () => {
  certificates = await createCertificates()
})

test('what was prepared is signed once; any other message is signed for itself', () => {
  const sign = vi.fn(createSigner(certificates.gateway.key))
  const payloads = createDevicePayloads(sign)
  payloads.prepare(receipt)
  expect(sign).toHaveBeenCalledTimes(1)
  const sent = JSON.parse(payloads.of(receipt).toString()) as ReceiptMessage
  expect(sign).toHaveBeenCalledTimes(1)
  expect(sent).toMatchObject(receipt)
  expect(isAuthentic(sent, createVerifier(certificates.gateway.certificate))).toBe(true)
  const later = { ...receipt, recordedAt: wallTime(1_700_000_000_001) }
  expect(JSON.parse(payloads.of(later).toString())).toMatchObject(later)
  expect(sign).toHaveBeenCalledTimes(2)
})
