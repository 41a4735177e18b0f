import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:tls'
import { Aedes } from 'aedes'
import { createCertificates } from './certificates.ts'
import { startBroker } from '../../gateway/shell/broker.ts'
import { createSigner } from '../../gateway/shell/verify.ts'
import { gatewayId, notification, responderId } from './messages.ts'
const c = await createCertificates(); const dev = await c.device('dev-1')
const run = async (port: number, pub: string, sub: string) => { const ch = fork(new URL('./.lat-child.ts', import.meta.url)); ch.send({ port, ca: c.authority.certificate, dev, pub, sub, count: 600 }); const [r] = await once(ch, 'message'); ch.kill(); return r }
let n = 0
const broker = await startBroker({ listen: { address: '127.0.0.1', port: 0 }, tls: { key: c.gateway.key, certificate: c.gateway.certificate, authority: c.authority.certificate }, gateway: gatewayId, sign: createSigner(c.gateway.key),
  accounts: { authenticate: async (name: string) => ({ id: responderId(name), name, role: 'responder' }), find: () => null } as any,
  emit: (e: any) => { if (e.kind === 'received') { if (!e.authentic) throw new Error('x'); broker.channel.notify(notification('anna', ++n)); broker.acknowledgeDelivery(e.delivery) } },
  log: { debug() {}, info() {}, warn() {}, error() {} } })
const aedes = await Aedes.createBroker()
const plain = createServer({ key: c.gateway.key, cert: c.gateway.certificate, ca: c.authority.certificate, requestCert: true, rejectUnauthorized: false, noDelay: true } as any, s => { aedes.handle(s) })
plain.listen(0, '127.0.0.1'); await once(plain, 'listening')
for (let i = 0; i < 4; i++) {
  console.log('ours ', await run(broker.address.port, 'stillruf/v1/device/dev-1/alarm', 'stillruf/v1/responder/anna/notification'))
  console.log('aedes', await run((plain.address() as any).port, 'stillruf/v1/device/dev-1/alarm', 'stillruf/v1/device/dev-1/alarm'))
}
process.exit(0)
