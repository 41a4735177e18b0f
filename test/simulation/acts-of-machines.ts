// What happens to machines: power cuts, crashes, updates, disks that fail, clocks that are wrong, lines that break.
import { contactOf, holdNow } from './acts-of-fingers.ts'
import type { DeviceMachine } from './device.ts'
import type { GatewayMachine } from './gateway.ts'
import { type ActOf, armedMs } from './plan.ts'
import type { Power } from './power.ts'
import type { World } from './world.ts'

const midwayHoldMs = 300

/** Down, up, and perhaps down once more before it has recovered. */
export function outage(world: World, act: ActOf<'crash'>): void {
  const { agenda } = world
  const power = machineOf(world, act.machine)?.power
  if (power === undefined) return
  fall(power, act.kind)
  agenda.after(act.durationMs, () => rise(power, act.kind))
  if (act.again === null) return
  const againMs = act.durationMs + act.again.afterMs
  agenda.after(againMs, () => fall(power, act.kind))
  agenda.after(againMs + act.again.durationMs, () => rise(power, act.kind))
}

const fall = (power: Power, kind: 'powerCut' | 'crash'): void =>
  kind === 'powerCut' ? power.cut() : power.stop('crash')
const rise = (power: Power, kind: 'powerCut' | 'crash'): void =>
  kind === 'powerCut' ? power.restore() : power.release()

export function crashMidway(world: World, act: ActOf<'crashMidway'>): void {
  const power = machineOf(world, act.machine)?.power
  let stepsLeft = act.steps
  let isArmed = power !== undefined
  const strike = (): void => {
    if (!isArmed || power === undefined) return
    isArmed = false
    fall(power, act.how)
    world.agenda.after(act.durationMs, () => rise(power, act.how))
  }
  const stepped = (machine: string): void => {
    if (machine !== act.machine || !isArmed) return
    stepsLeft -= 1
    if (stepsLeft === 0) world.agenda.after(0, strike)
  }
  world.observeWith({
    deviceStepped: ({ device }) => stepped(device),
    gatewayStepped: ({ gateway }) => stepped(gateway),
  })
  holdNow(world, act, midwayHoldMs)
  world.agenda.after(armedMs, strike)
}

export function stop(world: World, act: ActOf<'stop'>): void {
  const power = world.devices.get(act.machine)?.power
  power?.stop('stop')
  world.agenda.after(act.durationMs, () => power?.release())
}

/** The contact is held from before the program ends until after it has started again, and then let go. */
export function heldAtStart(world: World, act: ActOf<'heldAtStart'>): void {
  const power = world.devices.get(act.device)?.power
  power?.stop('crash')
  holdNow(world, act, act.durationMs + act.holdMs)
  world.agenda.after(act.durationMs, () => power?.release())
}

export function deadInterrupt(world: World, act: ActOf<'deadInterrupt'>): void {
  const contact = contactOf(world, act)
  if (contact === undefined) return
  contact.isInterruptAlive = false
  world.agenda.after(act.durationMs, () => {
    contact.isInterruptAlive = true
  })
}

export function lineFailure(world: World, act: ActOf<'lineFailure'>): void {
  const contact = contactOf(world, act)
  contact?.fail(act.noticed === 'atOnce')
  world.agenda.after(act.durationMs, () => contact?.recover())
}

export function cutWire(world: World, act: ActOf<'cutWire'>): void {
  const contact = contactOf(world, act)
  contact?.cut()
  world.agenda.after(act.durationMs, () => contact?.mend())
}

export function disk(world: World, act: ActOf<'disk'>): void {
  const machine = machineOf(world, act.machine)
  if (machine === undefined) return
  machine.disk.how = act.how
  world.agenda.after(act.durationMs, () => {
    machine.disk.how = 'works'
  })
}

export function clockStep(world: World, act: ActOf<'clockStep'>): void {
  const clock = machineOf(world, act.machine)?.clock
  clock?.step(act.byMs)
  world.agenda.after(act.durationMs, () => clock?.step(-clock.error()))
}

const machineOf = (world: World, name: string): DeviceMachine | GatewayMachine | undefined =>
  [...world.gateways.values()].find(({ plan }) => plan.id === name) ??
  [...world.devices.values()].find(({ plan }) => plan.id === name)
