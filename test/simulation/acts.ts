// Performs the acts of a plan.
import { assertNever } from '../../protocol/assert.ts'
import { building } from './acts-of-buildings.ts'
import { brush, chatter, press, pressAgain, pressTogether, storm, stuck } from './acts-of-fingers.ts'
import {
  clockStep,
  crashMidway,
  cutWire,
  deadInterrupt,
  disk,
  heldAtStart,
  lineFailure,
  outage,
  stop,
} from './acts-of-machines.ts'
import { halfOpen, isolation, partition, reset, slowPath, unruly } from './acts-of-network.ts'
import { away, deviceRemoved, reload, slowReader, sweep, testMode } from './acts-of-people.ts'
import { attack } from './attack.ts'
import type { Act } from './plan.ts'
import type { World } from './world.ts'

/** Begins the act now. What ends by itself has ended at `endOf(act)`. */
export function perform(world: World, act: Act) {
  switch (act.kind) {
    case 'press':
      return press(world, act)
    case 'pressAgain':
      return pressAgain(world, act)
    case 'pressTogether':
      return pressTogether(world, act)
    case 'storm':
      return storm(world, act)
    case 'brush':
      return brush(world, act)
    case 'chatter':
      return chatter(world, act)
    case 'stuck':
      return stuck(world, act)
    case 'deadInterrupt':
      return deadInterrupt(world, act)
    case 'lineFailure':
      return lineFailure(world, act)
    case 'cutWire':
      return cutWire(world, act)
    case 'heldAtStart':
      return heldAtStart(world, act)
    case 'powerCut':
    case 'crash':
      return outage(world, act)
    case 'crashMidway':
      return crashMidway(world, act)
    case 'stop':
      return stop(world, act)
    case 'partition':
      return partition(world, act)
    case 'isolation':
      return isolation(world, act)
    case 'halfOpen':
      return halfOpen(world, act)
    case 'reset':
      return reset(world, act)
    case 'unruly':
      return unruly(world, act)
    case 'slowPath':
      return slowPath(world, act)
    case 'away':
      return away(world, act)
    case 'slowReader':
      return slowReader(world, act)
    case 'sweep':
      return sweep(world, act)
    case 'testMode':
      return testMode(world, act)
    case 'disk':
      return disk(world, act)
    case 'clockStep':
      return clockStep(world, act)
    case 'reload':
      return reload(world, act)
    case 'deviceRemoved':
      return deviceRemoved(world, act)
    case 'attack':
      return attack(world, act)
    case 'building':
      return building(world, act)
    default:
      return assertNever(act)
  }
}
