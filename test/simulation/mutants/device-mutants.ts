// Bugs of the device's program, and of what stands for its shell.
import type { Mutant } from './mutant.ts'

export const deviceMutants: readonly Mutant[] = [
  {
    name: 'retire-on-puback',
    breaks: 'The device forgets a press when the broker has taken the packet, whatever the gateway made of it.',
    file: 'test/simulation/programs.ts',
    find: 'pubackHeard: () => null',
    replace: `pubackHeard: message => !('button' in message) ? null : ({ kind: 'received', link: 'mqtts://zentrale-1:8883',
      message: { v: 1, kind: 'receipt', device: message.device, id: message.id,
        alarm: message.kind === 'repeatPress' ? message.alarm : message.id, recordedAt: message.pressedAt, sig: '' } } as never)`,
  },
  {
    name: 'trailing-debounce',
    breaks: 'A press counts only when the button has been let go.',
    file: 'firmware/core/debounce.ts',
    find: "return level === 'closed' && phase.evidence !== 'auditAgain' ? after(since, confirmMs) : null",
    replace: "return level === 'open' ? after(since, confirmMs) : null",
  },
  {
    name: 'chatter-ignored',
    breaks: 'A contact that never settles is never a press.',
    file: 'firmware/core/debounce.ts',
    find: "return at >= after(phase.firstAt, limits.chatterMs) ? press(current, next, at, 'chatter') : same(current)",
    replace: 'return same(current)',
  },
  {
    name: 'level-audit-off',
    seed: 11,
    breaks: 'Nobody reads the levels of the lines: a button whose interrupts died is dead.',
    file: 'firmware/core/supervision.ts',
    find: 'const audited = change.state.nextAuditAt <= at ? auditLevels(change, at) : change',
    replace: `const audited = change.state.nextAuditAt > at ? change
      : withState(change, { nextAuditAt: after(at, limits.levelAuditMs) })`,
  },
  {
    name: 'held-at-start-ignored',
    breaks: 'A button that was held while the device started is taken to be at rest.',
    file: 'firmware/core/debounce.ts',
    find: "return level === 'closed' ? same(closedUnheard(readAt, 'start')) : same(open(readAt, released(null)))",
    replace: 'return same({ level, since: readAt, phase: released(null) })',
  },
  {
    name: 'cut-wire-ignored',
    breaks: 'Two contacts of a button that contradict each other are no fault.',
    file: 'firmware/core/proof.ts',
    find: 'return from === null || line.hold === null || line.hold.toldAs !== null ? null : after(from, limits.lineFaultMs)',
    replace: 'return null',
  },
  {
    name: 'drop-on-reconnect',
    breaks: 'What was owed when the connection was lost is forgotten on the next one.',
    file: 'firmware/core/links.ts',
    find: 'const owed = sendOwed(withLink(change, id, up), up, moment)',
    replace: 'const owed = withState(withLink(change, id, up), { outbox: [] })',
  },
  {
    name: 'sent-once',
    seed: 42,
    breaks: 'A press without a receipt is not sent again on the connection that stands.',
    file: 'firmware/core/outbox.ts',
    find: 'return withPending(sent, id, { rounds, resendAt: after(at, resendDelay(rounds, random)) })',
    replace: 'return withPending(sent, id, { rounds, resendAt: null })',
  },
  {
    name: 'journal-failure-silences',
    breaks: 'While the journal fails, presses are not sent.',
    file: 'firmware/core/outbox.ts',
    find: 'const sent = sendRound(withState(change, { outbox: [...change.state.outbox, pending] }), press.id, moment)',
    replace: `const kept = withState(change, { outbox: [...change.state.outbox, pending] })
  const sent = hasFault(change.state, 'journalFailed', 'journal') ? kept : sendRound(kept, press.id, moment)`,
  },
  {
    name: 'journal-unread',
    seed: 12,
    breaks: 'What the journal kept over a restart is not sent.',
    file: 'firmware/core/outbox.ts',
    find: "outbox: presses.map(press => newPending(press, 'journaled', at))",
    replace: 'outbox: []',
  },
  {
    name: 'journal-never-tried-again',
    breaks: 'A journal that failed once is not proved to work again.',
    file: 'firmware/core/journaling.ts',
    find: 'if (retryAt !== null && retryAt <= at) return writeAgain(watched, at)',
    replace: 'if (retryAt !== null && retryAt <= at) return withJournal(watched, { retryAt: null })',
  },
  {
    name: 'age-by-the-wall-clock',
    breaks: 'The device tells the age of a press by a clock that others may set.',
    file: 'firmware/core/press.ts',
    find: "if (age.basis === 'monotonic') return at - age.pressedAt",
    replace: "if (age.basis === 'monotonic') return wallBetween(pressedWall, wall)",
  },
  {
    name: 'lit-by-the-press',
    breaks: 'The indicator lights as soon as an alarm is open.',
    file: 'firmware/core/outputs.ts',
    find: `if (isWaiting(change.state)) return change
  const isTaken = [...buttons.values()].some(({ acknowledged }) => acknowledged !== null)`,
    replace: 'const isTaken = [...buttons.values()].some(({ openAlarm }) => openAlarm !== null)',
  },
  {
    name: 'heartbeat-without-faults',
    breaks: 'A fault that began while nobody listened is never told.',
    file: 'firmware/core/supervision.ts',
    find: 'faults: faultsToRepeat(state),',
    replace: 'faults: [],',
  },
  {
    name: 'heartbeat-forgotten',
    breaks: 'The device gives no sign of life.',
    file: 'firmware/core/supervision.ts',
    find: 'const sent = each(change, linksUp(change.state), (next, link) => sendHeartbeat(next, link, at))',
    replace: 'const sent = change',
  },
]
