// The one timer of a program's loop, on its machine's clock. A core may be woken late: a device at rest, with nothing about to
// happen to it, is woken for its heartbeats only, and days pass in no time. As soon as anything stirs, it is exact.
import type { Instant } from '../../protocol/time.ts'
import type { Agenda, Appointment } from './agenda.ts'
import type { Clock } from './clock.ts'

export type Timer = {
  readonly set: (at: Instant, fire: () => void) => () => void
  /** Something has happened: if the program is not at rest any more, its timer is put right. */
  readonly stir: () => void
}

/** @param restUntil world time until which the program may sleep, however soon it wants to be woken; null: it may not. */
export function createTimer(agenda: Agenda, clock: Clock, restUntil: () => number | null): Timer {
  let appointment: Appointment | null = null
  let wanted: { readonly at: number; readonly fire: () => void } | null = null

  const appoint = (at: number, fire: () => void): void => {
    agenda.cancel(appointment)
    const late = restUntil()
    appointment = agenda.at(late === null ? at : Math.max(at, late), () => {
      wanted = null
      appointment = null
      fire()
    })
  }

  return {
    set: (at, fire) => {
      wanted = { at: clock.worldAt(at), fire }
      appoint(wanted.at, fire)
      return () => {
        agenda.cancel(appointment)
        appointment = null
        wanted = null
      }
    },
    stir: () => {
      if (wanted !== null && appointment !== null && appointment.at > wanted.at && restUntil() === null)
        appoint(wanted.at, wanted.fire)
    },
  }
}
