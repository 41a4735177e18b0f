// Bugs of the gateway's program: receiving, promising, telling, escalating, remembering.
import type { Mutant } from './mutant.ts'

export const gatewayMutants: readonly Mutant[] = [
  {
    name: 'receipt-before-record',
    breaks: 'The receipt leaves in the step that asks for the record.',
    file: 'gateway/core/promise.ts',
    find: 'if (number === null) fulfil(turn, promised)',
    replace: 'if (number === null || promised.receipt !== null) fulfil(turn, promised)',
  },
  {
    name: 'replay-accepted',
    breaks: 'A number that was used before is as good as a new one.',
    file: 'gateway/core/ingest.ts',
    find: 'if (message.n > last) return null',
    replace: 'if (message.n > 0 || message.n > last) return null',
  },
  {
    name: 'replay-after-restart',
    seed: 20,
    breaks: 'A gateway that was restarted has forgotten which numbers it heard.',
    file: 'gateway/core/ingest.ts',
    find: 'return Math.max(live, memoryOf(turn.durable, device).boots.get(boot) ?? 0)',
    replace: 'return live',
  },
  {
    name: 'signature-unread',
    breaks: 'A bad signature is as good as a good one.',
    file: 'gateway/core/ingest.ts',
    find: 'if (!authentic) return',
    replace: 'if (!authentic && message.n === 0) return',
  },
  {
    name: 'foreign-press',
    breaks: 'A device may raise an alarm with the id of another one.',
    file: 'gateway/core/ingest.ts',
    find: "if ('id' in message && deviceOfPress(message.id) !== sender)",
    replace: "if ('id' in message && deviceOfPress(message.id) === null)",
  },
  {
    name: 'dedup-by-topic',
    breaks: 'A message on the topic of an open alarm is taken for its copy.',
    file: 'gateway/core/ingest.ts',
    find: 'const known = memoryOf(turn.durable, message.device).presses.get(message.id)',
    replace: `const memory = memoryOf(turn.durable, message.device)
  const known = memory.presses.get(message.id) ?? [...memory.open.values()][0]`,
  },
  {
    name: 'throttled-in-a-storm',
    breaks: 'When many press at once, the later ones wait for nobody.',
    file: 'gateway/core/alarm.ts',
    find: 'startEscalation(turn, alarm)\n',
    replace: 'if (turn.durable.alarms.size <= 3) startEscalation(turn, alarm)\n',
  },
  {
    name: 'late-shown-fresh',
    breaks: 'An alarm that comes late looks like one of this moment.',
    file: 'gateway/core/alarm.ts',
    find: 'late: isLate(message),',
    replace: 'late: false,',
  },
  {
    name: 'test-hides-alarm',
    breaks: 'A genuine press repeats the test alarm that is open, and goes no further.',
    file: 'gateway/core/alarm.ts',
    find: "if (open.kind === 'alarm' || message.kind === 'testAlarm') return repeat",
    replace: 'if (message.device === open.device) return repeat',
  },
  {
    name: 'test-escalates',
    breaks: 'A test calls everybody.',
    file: 'gateway/core/escalation.ts',
    find: "=> alarm.kind === 'alarm' && alarm.state !== 'acknowledged'",
    replace: "=> alarm.state !== 'acknowledged'",
  },
  {
    name: 'last-word-wins',
    breaks: 'Whoever takes a taken alarm has it, and the first one does not know.',
    file: 'gateway/core/response.ts',
    find: 'if (alarm.acknowledgedBy === null) return acknowledge',
    replace: 'if (alarm.acknowledgedBy !== responder) return acknowledge',
  },
  {
    name: 'notify-after-acknowledgement',
    breaks: 'The next step comes although somebody has taken the alarm.',
    file: 'gateway/core/escalation.ts',
    find: 'setLive(turn, { deadlines: remove(turn.live.deadlines, id) })',
    replace: 'setLive(turn, { deadlines: turn.live.deadlines })',
  },
  {
    name: 'timer-not-rearmed',
    breaks: 'After a restart no alarm goes on.',
    file: 'gateway/core/gateway.ts',
    find: 'resumeEscalation(turn)\n',
    replace: '\n',
  },
  {
    name: 'wall-clock-skips-a-step',
    seed: 35,
    breaks: 'When the wall clock jumps, the next people are left out.',
    file: 'gateway/core/escalation.ts',
    find: `const alarm = turn.durable.alarms.get(id)
    const step = alarm?.policy.steps[alarm.step]
    if (alarm === undefined || step === undefined) return
    reason`,
    replace: `const known = turn.durable.alarms.get(id)
    const isFar = known !== undefined && known.step === 1 && wallBetween(known.steppedAt, turn.wall) > 300_000
    const alarm = isFar ? { ...known, step: Math.min(known.policy.steps.length - 1, 2) } : known
    const step = alarm?.policy.steps[alarm.step]
    if (alarm === undefined || step === undefined) return
    reason`,
  },
  {
    name: 'clock-set-back-delays',
    breaks: 'A wall clock that was set back before a restart makes every step wait.',
    file: 'gateway/core/escalation.ts',
    find: 'const away = Math.max(0, wallBetween(alarm.steppedAt, turn.wall))',
    replace: 'const away = wallBetween(alarm.steppedAt, turn.wall)',
  },
  {
    name: 'called-before-their-turn',
    seed: 11,
    breaks: 'After a restart the next people are called because the first are a second late.',
    file: 'gateway/core/gateway.ts',
    find: 'awaitReturn(turn)\n',
    replace: '\n',
  },
  {
    name: 'repeats-once',
    breaks: 'Past its last step an alarm that nobody takes is told once more and then never again.',
    file: 'gateway/core/escalation.ts',
    find: 'setDeadlineAt(turn, alarm.id, next > turn.at ? next : after(turn.at, alarm.policy.repeatMs))',
    replace: 'stopEscalation(turn, next > turn.at ? alarm.id : alarm.id)',
  },
  {
    name: 'nobody-told-on-return',
    breaks: 'Who comes back is not told what was missed.',
    file: 'gateway/core/dispatch.ts',
    find: 'if (alarm.confirmed.has(responder)) return false',
    replace: 'if (alarm.id.length > 0) return false',
  },
  {
    name: 'old-confirmation-counts',
    breaks: 'Who confirms one telling is believed to have seen the next one, which was lost.',
    file: 'gateway/core/records.ts',
    find: '(told.get(responder) === notification ? including(confirmed, responder) : confirmed)',
    replace: '(told.has(responder) ? including(confirmed, responder) : confirmed)',
  },
  {
    name: 'taker-not-told-again',
    breaks: 'Whoever has taken an alarm and missed that it was pressed again never hears of it.',
    file: 'gateway/core/dispatch.ts',
    find: "if (alarm.state === 'acknowledged') return alarm.told.has(responder) || alarm.acknowledgedBy === responder",
    replace:
      "if (alarm.state === 'acknowledged') return alarm.told.has(responder) && alarm.acknowledgedBy !== responder",
  },
  {
    name: 'told-is-confirmed',
    breaks: 'A telling that never arrived is believed to have been seen.',
    file: 'gateway/core/records.ts',
    find: `told: new Map(alarm.told).set(record.responder, record.notification),
        confirmed: without(alarm.confirmed, record.responder),`,
    replace: `told: new Map(alarm.told).set(record.responder, record.notification),
        confirmed: including(alarm.confirmed, record.responder),`,
  },
  {
    name: 'reload-forgets',
    breaks: 'A changed configuration begins with an empty list of alarms.',
    file: 'gateway/core/gateway.ts',
    find: "record(turn, { kind: 'configurationApplied', version: turn.configuration.version })",
    replace: `record(turn, { kind: 'configurationApplied', version: turn.configuration.version })
  turn.durable = { ...turn.durable, alarms: emptyMap() }`,
  },
  {
    name: 'ages-by-the-wall-clock',
    breaks: 'The gateway tells the age of an alarm by a clock that others may set.',
    file: 'gateway/core/age.ts',
    find: `(turn: Turn, { id }: Alarm): Millis => between(turn.live.pressedAt.get(id) ?? turn.at, turn.at)`,
    replace: `(turn: Turn, { pressedAt }: Alarm): Millis => millis(Math.max(0, wallBetween(pressedAt, turn.wall)))`,
  },
  {
    name: 'told-without-record',
    breaks: 'The state knows what is on no record: who was told.',
    file: 'gateway/core/dispatch.ts',
    find: "record(turn, { kind: 'notified', alarm: alarm.id, notification, responder, channel, step: alarm.step, reason })",
    replace: `const { durable } = turn
  record(turn, { kind: 'notified', alarm: alarm.id, notification, responder, channel, step: alarm.step, reason })
  if (reason === 'repeatPress' || reason === 'takenOver') {
    turn.durable = { ...turn.durable, faults: durable.faults, alarms: durable.alarms }
  }`,
  },
]
