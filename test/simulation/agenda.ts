// What will happen when: one heap for the whole world, ordered by time and, at the same time, by the order of asking.
// World time is milliseconds since the beginning of the run; it alone is the truth, whatever the machines' clocks say.

export type Appointment = { readonly at: number; readonly order: number; run: (() => void) | null }

export type Agenda = {
  /** World time now. */
  readonly now: () => number
  /** Calls back once, when the time has come: now at the earliest. */
  readonly at: (time: number, run: () => void) => Appointment
  readonly after: (delayMs: number, run: () => void) => Appointment
  readonly cancel: (appointment: Appointment | null) => void
  /** Lets the world go on until this time. */
  readonly passTo: (time: number) => void
}

export function createAgenda(): Agenda {
  const heap: Appointment[] = []
  let now = 0
  let order = 0

  function at(time: number, run: () => void): Appointment {
    order += 1
    const appointment = { at: Math.max(time, now), order, run }
    rise(heap, appointment)
    return appointment
  }

  function passTo(time: number): void {
    for (let next = heap[0]; next !== undefined && next.at <= time; next = heap[0]) {
      sink(heap)
      if (next.run === null) continue
      now = next.at
      next.run()
    }
    now = Math.max(now, time)
  }

  return {
    now: () => now,
    at,
    after: (delayMs, run) => at(now + delayMs, run),
    cancel: appointment => {
      if (appointment !== null) appointment.run = null
    },
    passTo,
  }
}

const isBefore = (a: Appointment, b: Appointment): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

/** Puts it at the end and lets it rise to its place. */
function rise(heap: Appointment[], appointment: Appointment): void {
  let place = heap.length
  while (place > 0) {
    const above = (place - 1) >> 1
    const parent = heap[above]
    if (parent === undefined || !isBefore(appointment, parent)) break
    heap[place] = parent
    place = above
  }
  heap[place] = appointment
}

/** Takes the first one away: the last one takes its place and sinks. */
function sink(heap: Appointment[]): void {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  let place = 0
  for (;;) {
    const below = smallerChild(heap, place)
    const child = heap[below]
    if (child === undefined || !isBefore(child, last)) break
    heap[place] = child
    place = below
  }
  heap[place] = last
}

function smallerChild(heap: readonly Appointment[], place: number): number {
  const left = heap[2 * place + 1]
  const right = heap[2 * place + 2]
  return left !== undefined && right !== undefined && isBefore(right, left) ? 2 * place + 2 : 2 * place + 1
}
