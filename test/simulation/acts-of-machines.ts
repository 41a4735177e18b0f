// What happens to machines: power cuts, crashes, updates, disks that fail, clocks that are wrong, lines that break.
import { contactOf } from './acts-of-fingers.ts'
import type { ActOf } from './plan.ts'
import type { Power } from './power.ts'
import type { World } from './world.ts'

type Over = () => void

/** Down, up, and perhaps down once more before it has recovered. */
export function outage(world: World, act: ActOf<'powerCut' | 'crash'>, onOver: Over): void {
  const { agenda } = world
  const power = machineOf(world, act.machine)?.power
  const once = (durationMs: number, then: Over): void => {
    if (power !== undefined) fall(power, act.kind)
    agenda.after(durationMs, () => {
      if (power !== undefined) rise(power, act.kind)
      then()
    })
  }
  const { again } = act
  once(act.durationMs, () => {
    if (again === null) onOver()
    else agenda.after(again.afterMs, () => once(again.durationMs, onOver))
  })
}

const fall = (power: Power, kind: 'powerCut' | 'crash'): void =>
  kind === 'powerCut' ? power.cut() : power.stop('crash')
const rise = (power: Power, kind: 'powerCut' | 'crash'): void =>
  kind === 'powerCut' ? power.restore() : power.release()

export function stop(world: World, act: ActOf<'stop'>, onOver: Over): void {
  const power = world.devices.get(act.machine)?.power
  power?.stop('stop')
  world.agenda.after(act.durationMs, () => {
    power?.release()
    onOver()
  })
}

/** The contact is held from before the program ends until after it has started again, and then let go. */
export function heldAtStart(world: World, act: ActOf<'heldAtStart'>, onOver: Over): void {
  const contact = contactOf(world, act)
  const power = world.devices.get(act.device)?.power
  power?.stop('crash')
  contact?.hold()
  world.agenda.after(act.durationMs, () => power?.release())
  world.agenda.after(act.durationMs + act.holdMs, () => {
    contact?.release()
    onOver()
  })
}

export function deadInterrupt(world: World, act: ActOf<'deadInterrupt'>, onOver: Over): void {
  const contact = contactOf(world, act)
  if (contact !== undefined) contact.isInterruptAlive = false
  world.agenda.after(act.durationMs, () => {
    if (contact !== undefined) contact.isInterruptAlive = true
    onOver()
  })
}

export function lineFailure(world: World, act: ActOf<'lineFailure'>, onOver: Over): void {
  const contact = contactOf(world, act)
  contact?.fail(act.noticed === 'atOnce')
  world.agenda.after(act.durationMs, () => {
    contact?.recover()
    onOver()
  })
}

export function disk(world: World, act: ActOf<'disk'>, onOver: Over): void {
  const machine = machineOf(world, act.machine)
  if (machine !== undefined) machine.disk.how = act.how
  world.agenda.after(act.durationMs, () => {
    if (machine !== undefined) machine.disk.how = 'works'
    onOver()
  })
}

export function clockStep(world: World, act: ActOf<'clockStep'>, onOver: Over): void {
  const clock = machineOf(world, act.machine)?.clock
  clock?.step(act.byMs)
  world.agenda.after(act.durationMs, () => {
    clock?.step(-clock.error())
    onOver()
  })
}

const machineOf = (world: World, name: string) =>
  [...world.gateways.values()].find(({ plan }) => plan.id === name) ??
  [...world.devices.values()].find(({ plan }) => plan.id === name)
