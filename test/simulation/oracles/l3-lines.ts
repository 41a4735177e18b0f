// What is wrong with a line is reported by its device: a button that is stuck, a line that cannot be read, a wire that is cut.

import type { FaultCode } from '../../../protocol/faults.ts'
import { limits } from '../../../protocol/limits.ts'
import { contactOf } from '../acts-of-fingers.ts'
import type { Contact } from '../contact.ts'
import type { Court, Oracle } from '../oracle.ts'

/** Until it is noticed at all: the next audit, twice. */
const noticeMs = 2 * limits.levelAuditMs + 2 * limits.confirmMsMax + limits.lineFaultMs + 1000

export const linesReported: Oracle = {
  promise: 'L3',
  id: 'L3 lines',
  sentence: `A button held for ${limits.stuckMs / 1000} s is reported as stuck, a line that cannot be read as failed, a cut wire as such, each within ${noticeMs / 1000} s.`,
  watch: court => {
    const disturbedAt = new Map<Contact, number>()
    const reported = new Map<string, Set<string>>()
    const isReported = (contact: Contact, code: FaultCode): boolean =>
      reported.get(contact.name.device)?.has(`${code} ${contact.name.button}`) === true
    return {
      programEnded: ({ machine }) => void reported.delete(machine),
      contactMoved: ({ contact }) => {
        if (contact.level === 'closed') expectStuck(court, contact, isReported)
      },
      actBegan: ({ act }) => {
        const contact = act.kind === 'lineFailure' || act.kind === 'cutWire' ? contactOf(court.world, act) : undefined
        if (contact === undefined) return
        disturbedAt.set(contact, court.world.agenda.now())
        if (act.kind === 'cutWire') expectCut(court, contact, isReported, disturbedAt)
        else expectFailed(court, contact, isReported, disturbedAt)
      },
      actEnded: ({ act }) => {
        const contact = act.kind === 'lineFailure' ? contactOf(court.world, act) : undefined
        if (contact !== undefined) disturbedAt.set(contact, court.world.agenda.now())
      },
      deviceStepped: ({ device, result }) => {
        for (const effect of result.effects)
          if (effect.kind === 'reportFault') {
            const own = reported.get(device) ?? new Set()
            reported.set(device, own)
            if (effect.state === 'raised') own.add(`${effect.code} ${effect.subject}`)
            else own.delete(`${effect.code} ${effect.subject}`)
          }
      },
    }
  },
}

/** When a line last began to fail, could be read again, or was cut. */
type DisturbedAt = ReadonlyMap<Contact, number>
type IsReported = (contact: Contact, code: FaultCode) => boolean

function expectStuck({ world, truth, accuse }: Court, contact: Contact, isReported: IsReported): void {
  const from = world.agenda.now()
  const { listener } = contact
  if (contact.reading === null) return
  world.agenda.after(limits.stuckMs + noticeMs, () => {
    const closure = truth.presses.closuresOf(contact).at(-1)
    const isHeld = contact.level === 'closed' && closure?.from === from
    if (!isHeld || listener === null || contact.listener !== listener || contact.reading === null) return
    if (!isReported(contact, contact.wiring.kind === 'normallyClosed' ? 'lineCut' : 'buttonStuck'))
      accuse(`${contact.name.device}/${contact.name.button} is stuck since ${from} and its device does not say so`)
  })
}

/** Its button was neither pressed nor unreadable meanwhile: then the two contacts contradict each other all the time. */
function expectCut(court: Court, contact: Contact, isReported: IsReported, disturbedAt: DisturbedAt): void {
  const { world, truth, accuse } = court
  const { listener, name } = contact
  const since = world.agenda.now()
  world.agenda.after(noticeMs, () => {
    const moved = truth.presses.closuresOf(contact).some(({ to }) => to === null || to > since - limits.releaseMs)
    if (!contact.isCut || moved || disturbedAt.get(contact) !== since) return
    if (contact.reading === null || listener === null || contact.listener !== listener) return
    if (!isReported(contact, 'lineCut'))
      accuse(`${name.device}/${name.button} has a cut wire and its device does not say so`)
  })
}

function expectFailed(
  { world, accuse }: Court,
  contact: Contact,
  isReported: IsReported,
  disturbedAt: DisturbedAt,
): void {
  const { listener } = contact
  const since = world.agenda.now()
  world.agenda.after(noticeMs, () => {
    if (contact.reading !== null || disturbedAt.get(contact) !== since) return
    if (listener === null || contact.listener !== listener) return
    if (!isReported(contact, 'lineFailed'))
      accuse(`${contact.name.device}/${contact.name.button} cannot be read and its device does not say so`)
  })
}
