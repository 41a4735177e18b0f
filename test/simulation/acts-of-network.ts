// What happens to the network: paths that carry nothing, connections that only one side believes in, and worse than TCP.
import type { Path } from './path.ts'
import type { ActOf } from './plan.ts'
import type { World } from './world.ts'

export function partition(world: World, act: ActOf<'partition'>): void {
  cut(world, [world.network.pathOf(act.path)], act.durationMs)
}

export function isolation(world: World, act: ActOf<'isolation'>): void {
  cut(world, world.network.pathsTo(act.gateway), act.durationMs)
}

function cut(world: World, paths: readonly Path[], durationMs: number): void {
  for (const path of paths) path.cut()
  world.agenda.after(durationMs, () => {
    for (const path of paths) path.mend()
  })
}

export function halfOpen(world: World, act: ActOf<'halfOpen'>): void {
  world.network.pathOf(act.path).deafen(act.deaf)
}

export function reset(world: World, act: ActOf<'reset'>): void {
  world.network.pathOf(act.path).reset()
}

export function unruly(world: World, act: ActOf<'unruly'>): void {
  const path = world.network.pathOf(act.path)
  path.unruly = act
  world.agenda.after(act.durationMs, () => {
    path.unruly = null
  })
}

export function slowPath(world: World, act: ActOf<'slowPath'>): void {
  const path = world.network.pathOf(act.path)
  path.slowMs = act.delayMs
  world.agenda.after(act.durationMs, () => {
    path.slowMs = 0
  })
}
