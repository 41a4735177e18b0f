import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { type RequestOptions, request } from 'node:https'
import { text } from 'node:stream/consumers'
import { expect, test, vi } from 'vitest'
import { createCertificates } from '../broker/certificates.ts'
import { alarmId, raised } from './samples.ts'
import { password, startWorld } from './world.ts'

vi.setConfig({ testTimeout: 60_000 })

const certificates = await createCertificates()
const { key, certificate } = certificates.gateway

async function ask(port: number, path: string, options: RequestOptions = {}, body = ''): Promise<IncomingMessage> {
  const asked = request({ host: '127.0.0.1', port, path, ca: certificates.authority.certificate, ...options })
  asked.end(body)
  const [answer] = await once(asked, 'response')
  return answer
}

const logIn = (port: number) =>
  ask(
    port,
    '/api/session',
    { method: 'POST', headers: { origin: `https://127.0.0.1:${port}`, 'content-type': 'application/json' } },
    JSON.stringify({ name: 'anna', password }),
  )

test('with TLS the cookie never leaves it, and browsers are told to come back by TLS only', async () => {
  await using world = await startWorld({ tls: { key, certificate } })
  const { port } = world.http.address
  const answer = await logIn(port)
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['set-cookie']?.[0]).toMatch(
    /^__Host-stillruf-\d+=[A-Za-z0-9_-]{43}; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  )
  expect(answer.headers['strict-transport-security']).toContain('max-age=')
})

test('a page hears of an alarm through TLS too', async () => {
  await using world = await startWorld({ tls: { key, certificate } })
  const { port } = world.http.address
  const cookie = (await logIn(port)).headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  const stream = await ask(port, '/api/events?account=anna', { headers: { cookie } })
  const received: string[] = []
  stream.on('data', (chunk: Buffer) => received.push(String(chunk)))
  await vi.waitFor(() => expect(received.join('')).toContain('event: overview'), { timeout: 20_000 })
  world.records.push(raised(1, alarmId(1)))
  world.http.show({ kind: 'show', what: 'alarm', alarm: alarmId(1) })
  await vi.waitFor(() => expect(received.join('')).toContain('event: alarm'), { timeout: 20_000 })
  stream.destroy()
})

test('a key and a certificate that do not belong together are refused at the start', async () => {
  const other = await certificates.device('fremd-1')
  await expect(startWorld({ tls: { key: other.key, certificate } })).rejects.toThrow(/key values mismatch/)
})

test('refusals are sentences through TLS as well', async () => {
  await using world = await startWorld({ tls: { key, certificate } })
  const answer = await ask(world.http.address.port, '/api/overview')
  expect([answer.statusCode, JSON.parse(await text(answer)).error.en]).toEqual([401, 'Please log in.'])
})
