// What happens to the network: paths that carry nothing, connections that only one side believes in, and worse than TCP.
import { limits } from '../../protocol/limits.ts'
import type { Path } from './path.ts'
import type { ActOf } from './plan.ts'
import type { World } from './world.ts'

type Over = () => void

/** After this long everybody has noticed that a connection carries nothing. */
const noticedMs = 60_000

export function partition(world: World, act: ActOf<'partition'>, onOver: Over): void {
  cut(world, [world.network.pathOf(act.path)], act.durationMs, onOver)
}

export function isolation(world: World, act: ActOf<'isolation'>, onOver: Over): void {
  cut(world, world.network.pathsTo(act.gateway), act.durationMs, onOver)
}

function cut(world: World, paths: readonly Path[], durationMs: number, onOver: Over): void {
  for (const path of paths) path.cut()
  world.agenda.after(durationMs, () => {
    for (const path of paths) path.mend()
    onOver()
  })
}

export function halfOpen(world: World, act: ActOf<'halfOpen'>, onOver: Over): void {
  world.network.pathOf(act.path).deafen(act.deaf)
  world.agenda.after(noticedMs, onOver)
}

export function reset(world: World, act: ActOf<'reset'>, onOver: Over): void {
  world.network.pathOf(act.path).reset()
  world.agenda.after(limits.reconnectMsMax, onOver)
}

export function unruly(world: World, act: ActOf<'unruly'>, onOver: Over): void {
  const path = world.network.pathOf(act.path)
  path.unruly = act
  world.agenda.after(act.durationMs, () => {
    path.unruly = null
    onOver()
  })
}

export function slowPath(world: World, act: ActOf<'slowPath'>, onOver: Over): void {
  const path = world.network.pathOf(act.path)
  path.slowMs = act.delayMs
  world.agenda.after(act.durationMs, () => {
    path.slowMs = 0
    onOver()
  })
}
