import { connect } from 'node:tls'
import { once } from 'node:events'
import { generate, parser } from 'mqtt-packet'
import { createSigner } from '../../gateway/shell/verify.ts'
import { alarm } from './messages.ts'
process.once('message', async (o: any) => {
  const open = async (extra: any, connectPacket: any) => {
    const s = connect({ host: '127.0.0.1', port: o.port, ca: o.ca, ...extra }); s.setNoDelay(true)
    const p = parser(); const hooks: any = {}; p.on('packet', (k: any) => hooks[k.cmd]?.(k)); s.on('data', d => p.parse(d))
    await once(s, 'secureConnect')
    await new Promise<void>(r => { hooks.connack = () => r(); s.write(generate(connectPacket)) })
    return { s, hooks }
  }
  const base = { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 0 }
  const dev = await open({ key: o.dev.key, cert: o.dev.certificate }, { ...base, clientId: 'dev-1' })
  const anna = await open({}, { ...base, clientId: 'a', username: 'anna', password: Buffer.from('secret of anna') })
  await new Promise<void>(r => { anna.hooks.suback = () => r(); anna.s.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: o.sub, qos: 1 }] } as any)) })
  const sign = createSigner(o.dev.key)
  const lat: number[] = []; const ack: number[] = []; let t0 = 0; let done: any
  anna.hooks.publish = (k: any) => { lat.push(performance.now() - t0); anna.s.write(generate({ cmd: 'puback', messageId: k.messageId } as any)); done() }
  dev.hooks.puback = () => ack.push(performance.now() - t0)
  for (let i = 1; i <= o.count; i++) {
    const bytes = generate({ cmd: 'publish', topic: o.pub, payload: alarm('dev-1', i, sign), qos: 1, messageId: 1 + i % 60000, dup: false, retain: false } as any)
    await new Promise<void>(r => { done = r; t0 = performance.now(); dev.s.write(bytes) })
    await new Promise(r => setTimeout(r, 5))
  }
  const q = (a: number[], p: number) => a.sort((x, y) => x - y)[Math.floor(a.length * p)]?.toFixed(3)
  const l = lat.slice(100), k = ack.slice(100)
  process.send!({ p50: q(l, .5), p90: q(l, .9), p99: q(l, .99), ackP50: q(k, .5) })
})
