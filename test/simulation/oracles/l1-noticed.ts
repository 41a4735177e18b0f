// A press that a finger made is noticed by its device: at once where interrupts live, by the audit of the levels where they do
// not, at the start where the button was held. Physics excuses what no line told and no audit met.
import { limits } from '../../../protocol/limits.ts'
import type { Contact, LineListener } from '../contact.ts'
import type { DeviceMachine } from '../device.ts'
import type { Court, Oracle } from '../oracle.ts'
import type { Closure } from '../truth/presses.ts'

/** Edges reach the program within 60 ms; a stamp on arrival makes a press shorter by as much. */
const edgeMs = 70
/** An audit every so often, its answer, two confirmations, and room. */
const auditMs = limits.levelAuditMs + 2 * limits.confirmMsMax + 1000

/** A train of edges this long is a press, however often the contact opens in between. */
const chatteringMs = limits.chatterMs + 60

export const noticed: Oracle = {
  promise: 'L1',
  id: 'L1 noticed',
  sentence: `A button held for its confirmation time is noticed at once, and one that chatters for ${chatteringMs} ms; one held for ${auditMs / 1000} s even without interrupts, or from before the start.`,
  watch: court => ({
    contactMoved: ({ contact }) => {
      const machine = court.world.devices.get(contact.name.device)
      if (machine === undefined || contact.level === 'open') return
      expectAtOnce(court, machine, contact)
      expectChatter(court, machine, contact)
      expectByAudit(court, machine, contact)
    },
    programStarted: ({ machine: name }) => {
      for (const machine of court.world.devices.values()) if (machine.plan.id === name) expectAtStart(court, machine)
    },
  }),
}

function expectAtOnce(court: Court, machine: DeviceMachine, contact: Contact): void {
  const { world, truth } = court
  const from = world.agenda.now()
  const listener = hearing(contact)
  if (listener === null) return
  const heldMs = machine.plan.confirmMs + (machine.plan.timeSource === 'kernel' ? 5 : edgeMs)
  world.agenda.after(heldMs + 2 * edgeMs, () => {
    const closure = truth.presses.closuresOf(contact).find(each => each.from === from)
    const isHeld = closure !== undefined && (closure.to === null || closure.to - from >= heldMs)
    if (isHeld && hearing(contact) === listener) expectClaim(court, contact, from)
  })
}

/** Stamps on arrival are too coarse to tell a train of edges from single ones. */
function expectChatter(court: Court, machine: DeviceMachine, contact: Contact): void {
  const { world, truth } = court
  const from = world.agenda.now()
  const listener = hearing(contact)
  const closures = truth.presses.closuresOf(contact)
  const isFirst = closures.at(-1)?.pressFrom === from
  if (!isFirst || listener === null || contact.isCut || machine.plan.timeSource !== 'kernel') return
  world.agenda.after(chatteringMs + 2 * edgeMs, () => {
    const isTrain = trainEnd(truth.presses.closuresOf(contact), from) - from >= chatteringMs
    if (isTrain && hearing(contact) === listener && !contact.isCut) expectClaim(court, contact, from)
  })
}

/** How long closures that began then follow each other without settling open. */
function trainEnd(closures: readonly Closure[], from: number): number {
  let end = from
  for (const closure of closures.filter(each => each.from >= from)) {
    if (closure.from - end >= limits.confirmMsDefault) return end
    end = closure.to ?? Number.POSITIVE_INFINITY
  }
  return end
}

/** While it stays closed, each audit has to find it. */
function expectByAudit(court: Court, machine: DeviceMachine, contact: Contact): void {
  const { world } = court
  const from = world.agenda.now()
  const listener = contact.reading === null ? null : contact.listener
  world.agenda.after(auditMs, () => {
    if (contact.level === 'open' || !isSameClosure(court, contact, from)) return
    if (contact.reading !== null && listener !== null && contact.listener === listener)
      expectClaim(court, contact, from)
    else expectByAudit(court, machine, contact)
  })
}

const isSameClosure = ({ truth }: Court, contact: Contact, at: number): boolean =>
  (truth.presses.closuresOf(contact).at(-1)?.from ?? Number.POSITIVE_INFINITY) <= at

function expectAtStart(court: Court, machine: DeviceMachine): void {
  court.world.agenda.after(0, () => {
    for (const contact of machine.contacts.values())
      if (contact.level === 'closed') expectByAudit(court, machine, contact)
  })
}

/** Who hears the edges of this contact now; null: nobody does. */
const hearing = ({ isInterruptAlive, reading, listener }: Contact): LineListener | null =>
  isInterruptAlive && reading !== null ? listener : null

function expectClaim({ truth, accuse }: Court, contact: Contact, at: number): void {
  const { device, button } = contact.name
  const from = truth.presses.closuresOf(contact).findLast(each => each.from <= at)?.pressFrom ?? at
  for (const claim of truth.presses.claims.values())
    if (claim.device === device && claim.button === button && claim.pressedAt >= from - edgeMs) return
  accuse(`${device}/${button} was pressed at ${at} and its device noticed nothing`)
}
