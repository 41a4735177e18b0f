// Debian's mosquitto clients as responder and monitor, with the very commands that protocol/README.md gives.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, test, vi } from 'vitest'
import type { AlarmStateMessage, NotificationMessage, SecurityEventMessage } from '../../protocol/messages.ts'
import { hasProgram } from './tools.ts'
import { makeWorld, type World } from './world.ts'

const soon = { timeout: 30_000, interval: 50 }
const mosquitto = hasProgram('mosquitto_sub') && hasProgram('mosquitto_pub')

type Subscriber = { readonly lines: readonly string[] } & AsyncDisposable

const access = (world: World, account: string, password: string): readonly string[] => [
  '--cafile',
  world.authority,
  '-h',
  'localhost',
  '-p',
  String(world.mqttPort),
  '-u',
  account,
  '-P',
  password,
  '-q',
  '1',
]

function subscribe(world: World, account: string, password: string, topic: string): Subscriber {
  const child = spawn('mosquitto_sub', [...access(world, account, password), '-v', '-t', topic], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', line => lines.push(line))
  return {
    lines,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null) return
      const closed = once(child, 'close')
      child.kill('SIGKILL') // on SIGTERM it would say goodbye from within the signal handler, which can wait for itself for ever
      await closed
    },
  }
}

async function publish(
  world: World,
  account: string,
  password: string,
  topic: string,
  message: unknown,
): Promise<void> {
  const child = spawn(
    'mosquitto_pub',
    [...access(world, account, password), '-t', topic, '-m', JSON.stringify(message)],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: soon.timeout,
    },
  )
  const [code] = await once(child, 'close')
  expect(code).toBe(0)
}

const messagesOf = <Message>(subscriber: Subscriber, topicPart: string): readonly Message[] =>
  subscriber.lines
    .filter(line => line.split(' ')[0]?.includes(topicPart))
    .map(line => JSON.parse(line.slice(line.indexOf(' ') + 1)) as Message)

test.skipIf(!mosquitto)(
  'a responder with mosquitto_sub and mosquitto_pub alone is told, takes the alarm and closes it',
  async () => {
    await using world = await makeWorld()
    await world.startGateway()
    await world.startDevice('rathaus-1')
    const password = await world.account('nachbarn-rathaus', 'responder')
    const monitorPassword = await world.account('leitstelle', 'monitor')
    using screen = await world.openConsole()
    await using responder = subscribe(
      world,
      'nachbarn-rathaus',
      password,
      'stillruf/v1/responder/nachbarn-rathaus/notification',
    )
    await using monitor = subscribe(world, 'leitstelle', monitorPassword, 'stillruf/v1/monitor/#')
    await vi.waitFor(() => {
      const states = messagesOf<{ state: string; device: string }>(monitor, 'monitor/device/rathaus-1')
      expect(states.at(-1)?.state).toBe('online')
    }, soon)

    await world.press('rathaus-1', 'kasse')
    const told = await vi.waitFor(() => {
      const first = messagesOf<NotificationMessage>(responder, 'notification')[0]
      if (first === undefined) throw new Error('not told yet')
      return first
    }, soon)
    expect(told).toMatchObject({ reason: 'first', responder: 'nachbarn-rathaus', place: { button: 'Kassenschalter' } })

    const answer = 'stillruf/v1/responder/nachbarn-rathaus/acknowledgement'
    await publish(world, 'nachbarn-rathaus', password, answer, { v: 1, kind: 'acknowledgement', alarm: told.alarm })
    await vi.waitFor(
      () =>
        expect(screen.events.some(event => event.name === 'notification' && event.data.reason === 'takenOver')).toBe(
          true,
        ),
      soon,
    )
    await publish(world, 'nachbarn-rathaus', password, answer, {
      v: 1,
      kind: 'close',
      alarm: told.alarm,
      outcome: 'falseAlarm',
    })
    await vi.waitFor(() => {
      const states = messagesOf<AlarmStateMessage>(monitor, 'monitor/alarm/').map(message => message.state)
      expect(states.at(-1)).toBe('closed')
      expect(states).toContain('acknowledged')
    }, soon)
  },
)

test.skipIf(!mosquitto)(
  'a monitor that comes later sees open alarms, but may not speak nor read what is not its own',
  async () => {
    await using world = await makeWorld()
    await world.startGateway()
    await world.startDevice('rathaus-1')
    const password = await world.account('leitstelle', 'monitor')
    using screen = await world.openConsole()
    await vi.waitFor(
      async () => expect((await screen.overview()).devices.find(each => each.id === 'rathaus-1')?.state).toBe('online'),
      soon,
    )
    await world.press('rathaus-1', 'tresen')
    const alarm = await vi.waitFor(async () => {
      const open = (await screen.overview()).alarms[0]
      if (open === undefined) throw new Error('no alarm yet')
      return open
    }, soon)

    await using monitor = subscribe(world, 'leitstelle', password, 'stillruf/v1/monitor/#')
    await vi.waitFor(() => {
      const [state] = messagesOf<AlarmStateMessage>(monitor, `monitor/alarm/${alarm.id}`)
      expect(state?.state).toBe('notifying')
      expect(JSON.stringify(state)).not.toContain('empfang')
    }, soon)

    await using curious = subscribe(world, 'leitstelle', password, 'stillruf/v1/responder/empfang/notification')
    await vi.waitFor(() => expect(curious.lines.join(' ')).toMatch(/denied/i), soon)
    await publish(world, 'leitstelle', password, 'stillruf/v1/responder/empfang/acknowledgement', {
      v: 1,
      kind: 'acknowledgement',
      alarm: alarm.id,
    })
    await vi.waitFor(() => {
      const events = messagesOf<SecurityEventMessage>(monitor, 'monitor/security/foreignTopic')
      expect(events.length).toBeGreaterThan(0)
    }, soon)
    expect((await screen.overview()).alarms[0]?.state).toBe('notifying')
    expect(messagesOf(curious, 'notification')).toHaveLength(0)
  },
)

test.skipIf(!mosquitto)('a wrong password is refused and leaves a security event without the password', async () => {
  await using world = await makeWorld()
  await world.startGateway()
  const password = await world.account('leitstelle', 'monitor')
  await using monitor = subscribe(world, 'leitstelle', password, 'stillruf/v1/monitor/#')
  await vi.waitFor(() => expect(messagesOf(monitor, 'monitor/gateway/').length).toBeGreaterThan(0), soon)
  await using stranger = subscribe(world, 'leitstelle', 'geraten-und-falsch', 'stillruf/v1/monitor/#')
  await vi.waitFor(() => expect(stranger.lines.join(' ')).toMatch(/not authori[sz]ed|bad user name|refused/i), soon)
  await vi.waitFor(() => {
    const [event] = messagesOf<SecurityEventMessage>(monitor, 'monitor/security/wrongPassword')
    expect(event).toMatchObject({ source: '127.0.0.1', detail: 'ein Konto, Benutzername oder Passwort ist falsch' })
    expect(JSON.stringify(event)).not.toContain('geraten')
  }, soon)
})
