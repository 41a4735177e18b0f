// When a moving contact is a press. Judged by the edges' own time stamps alone, so that the same movement gives the same
// presses however late or bundled its edges arrive. On doubt it is a press: an alarm too many beats one too few.
// A contact is called closed here while it is as a press makes it, whatever that does to its circuit: wiring.ts translates.
//
// A press: closed for confirmMs; or a train of edges, never open for quietMs, that lasts for chatterMs. A shorter closure
// is interference. One hold is one press: it ends when the contact has been open for releaseMs.
import type { ContactReport } from '../../protocol/contact.ts'
import { limits } from '../../protocol/limits.ts'
import { after, between, earlier, type Instant, type Millis } from '../../protocol/time.ts'

export type Level = 'closed' | 'open'
export type TimeSource = ContactReport['timeSource']
/** confirmMs: closed for this long is a press. releaseMs: open for this long ends it. */
export type Timing = { readonly confirmMs: Millis; readonly releaseMs: Millis }
/** How this one contact moved. */
export type Movement = Omit<ContactReport, 'wiring'>

/**
 * Why the contact is held to be closed. edge: an edge said so. start: it was closed when first looked at.
 * audit: a reading said so and no edge did; auditAgain: a second reading was asked for and decides.
 */
type Evidence = 'edge' | 'start' | 'audit' | 'auditAgain'

type Phase =
  | { readonly kind: 'unseen' }
  /** heldFrom: the press of the last hold, so that a late edge can show that the hold goes on. */
  | { readonly kind: 'released'; readonly heldFrom: Instant | null }
  /** A train of edges that may become a press. */
  | {
      readonly kind: 'moving'
      readonly firstAt: Instant
      readonly edges: number
      readonly timeSource: TimeSource
      readonly evidence: Evidence
    }
  | { readonly kind: 'pressed'; readonly pressedAt: Instant; readonly stuck: boolean }

export type Contact = {
  readonly level: Level
  /** Stamp of the last change of the level. */
  readonly since: Instant
  readonly phase: Phase
}

/** What a movement of the contact means, in the order in which it happened. */
export type Finding =
  | {
      readonly kind: 'pressed'
      readonly pressedAt: Instant
      readonly movement: Movement
      readonly withoutEdge: boolean
    }
  | { readonly kind: 'stuck' }
  /** openedAt: when it was let go, releaseMs before this was known. */
  | { readonly kind: 'released'; readonly openedAt: Instant }
  /** A reading contradicts the edges: read once more before believing it. */
  | { readonly kind: 'lookAgain' }
export type Debounced = { readonly contact: Contact; readonly findings: readonly Finding[] }

/** A contact that settled open for this long ended its train of edges. */
const quietMs = limits.confirmMsDefault

export const unseenContact = (at: Instant): Contact => ({ level: 'open', since: at, phase: { kind: 'unseen' } })

/** An edge with its stamp. A repeated level (an edge between was missed) changes nothing that is believed. */
export function edgeSeen(
  contact: Contact,
  level: Level,
  stampedAt: Instant,
  timeSource: TimeSource,
  timing: Timing,
): Debounced {
  const before = timePassed(contact, stampedAt, timing, 'pulse')
  const next =
    level === 'closed'
      ? closedAt(before.contact, stampedAt, timeSource, timing)
      : openedAt(before.contact, stampedAt, timeSource)
  return { contact: next.contact, findings: [...before.findings, ...next.findings] }
}

/** What has become true by `to`, if no further edge happened until then. */
export function timePassed(
  contact: Contact,
  to: Instant,
  timing: Timing,
  confirmedBy: 'held' | 'pulse' = 'held',
): Debounced {
  const findings: Finding[] = []
  let current = contact
  for (let due = dueAt(current, timing); due !== null && due <= to; due = dueAt(current, timing)) {
    const next = fallDue(current, due, timing, confirmedBy)
    current = next.contact
    findings.push(...next.findings)
  }
  return { contact: current, findings }
}

/** When time alone changes something next; null: only a movement can. */
export function dueAt(contact: Contact, { confirmMs, releaseMs }: Timing): Instant | null {
  const { phase, level, since } = contact
  if (phase.kind === 'moving')
    return level === 'closed' && phase.evidence !== 'auditAgain' ? after(since, confirmMs) : null
  if (phase.kind !== 'pressed') return null
  const stuckAt = phase.stuck ? null : after(phase.pressedAt, limits.stuckMs)
  return earlier(level === 'open' ? after(since, releaseMs) : null, stuckAt)
}

/** A reading of the level, past the edges: it finds what was closed before the start, and interrupts that died. */
export function levelRead(contact: Contact, level: Level, readAt: Instant, timing: Timing): Debounced {
  const { phase } = contact
  if (phase.kind === 'unseen')
    return level === 'closed' ? same(closedUnheard(readAt, 'start')) : same(open(readAt, released(null)))
  if (readAt < contact.since) return same(contact) // an edge has come since: it knows better
  if (level === contact.level) return confirmedByReading(contact, readAt, timing)
  if (phase.kind === 'pressed') return same({ ...contact, level, since: readAt })
  if (level === 'closed') return same(closedUnheard(readAt, 'audit'))
  // Closed by its edges but read open: the opening edge is on its way, or the contact was never closed at all.
  return phase.kind === 'moving' && phase.evidence !== 'edge' ? same(open(readAt, released(null))) : same(contact)
}

function confirmedByReading(contact: Contact, readAt: Instant, { confirmMs }: Timing): Debounced {
  const { phase, level, since } = contact
  if (phase.kind !== 'moving' || phase.evidence !== 'auditAgain' || level !== 'closed') return same(contact)
  return readAt >= after(since, confirmMs) ? press(contact, phase, readAt, 'held') : same(contact)
}

function fallDue(contact: Contact, due: Instant, { releaseMs }: Timing, confirmedBy: 'held' | 'pulse'): Debounced {
  const { phase } = contact
  if (phase.kind === 'moving') {
    if (phase.evidence === 'audit')
      return { contact: { ...contact, phase: { ...phase, evidence: 'auditAgain' } }, findings: [{ kind: 'lookAgain' }] }
    return press(contact, phase, due, phase.evidence === 'start' ? 'heldAtStart' : confirmedBy)
  }
  if (phase.kind !== 'pressed') return same(contact)
  if (contact.level === 'open' && due >= after(contact.since, releaseMs))
    return {
      contact: { ...contact, phase: released(phase.pressedAt) },
      findings: [{ kind: 'released', openedAt: contact.since }],
    }
  return { contact: { ...contact, phase: { ...phase, stuck: true } }, findings: [{ kind: 'stuck' }] }
}

function closedAt(contact: Contact, at: Instant, timeSource: TimeSource, { releaseMs }: Timing): Debounced {
  const { phase, level, since } = contact
  const closed = (next: Phase): Contact => ({ level: 'closed', since: at, phase: next })
  switch (phase.kind) {
    case 'unseen':
      return same(closed(train(at, timeSource)))
    case 'released': {
      const goesOn = phase.heldFrom !== null && at < after(since, releaseMs)
      return same(closed(goesOn ? pressed(phase.heldFrom) : train(at, timeSource)))
    }
    case 'moving':
      if (level === 'open')
        return at >= after(since, quietMs)
          ? same(closed(train(at, timeSource)))
          : moved(contact, 'closed', at, timeSource)
      // A reading was first, or an edge was lost: what counts is that edges come.
      return same({ ...contact, phase: { ...phase, edges: phase.edges + 1, evidence: 'edge', timeSource } })
    case 'pressed':
      return same(level === 'open' ? closed(phase) : contact)
  }
}

function openedAt(contact: Contact, at: Instant, timeSource: TimeSource): Debounced {
  if (contact.phase.kind === 'unseen') return same(open(at, released(null)))
  if (contact.level === 'open') return same(contact)
  return contact.phase.kind === 'moving' ? moved(contact, 'open', at, timeSource) : same(open(at, contact.phase))
}

/** One more edge of a train; the one that makes it last for chatterMs makes it a press. */
function moved(contact: Contact, level: Level, at: Instant, timeSource: TimeSource): Debounced {
  const { phase } = contact
  if (phase.kind !== 'moving') return same({ ...contact, level, since: at })
  const source = phase.evidence === 'edge' ? phase.timeSource : timeSource
  const next = { ...phase, edges: phase.edges + 1, evidence: 'edge' as const, timeSource: source }
  const current = { level, since: at, phase: next }
  return at >= after(phase.firstAt, limits.chatterMs) ? press(current, next, at, 'chatter') : same(current)
}

function press(
  contact: Contact,
  train: Extract<Phase, { kind: 'moving' }>,
  confirmedAt: Instant,
  confirmedBy: Movement['confirmedBy'],
): Debounced {
  const { edges, timeSource, firstAt } = train
  const movement = { edges, heldMs: between(firstAt, confirmedAt), confirmedBy, timeSource }
  const withoutEdge = train.evidence === 'auditAgain'
  return {
    contact: { ...contact, phase: pressed(firstAt) },
    findings: [{ kind: 'pressed', pressedAt: firstAt, movement, withoutEdge }],
  }
}

const same = (contact: Contact): Debounced => ({ contact, findings: [] })
const open = (since: Instant, phase: Phase): Contact => ({ level: 'open', since, phase })
const released = (heldFrom: Instant | null): Phase => ({ kind: 'released', heldFrom })
const pressed = (pressedAt: Instant): Phase => ({ kind: 'pressed', pressedAt, stuck: false })
const train = (firstAt: Instant, timeSource: TimeSource): Phase => ({
  kind: 'moving',
  firstAt,
  edges: 1,
  timeSource,
  evidence: 'edge',
})
const closedUnheard = (since: Instant, evidence: 'start' | 'audit'): Contact => ({
  level: 'closed',
  since,
  phase: { kind: 'moving', firstAt: since, edges: 0, timeSource: 'arrival', evidence },
})
