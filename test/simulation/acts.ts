// Performs the acts of a plan. Each act says when it is over; until then it may disturb the system.
import { assertNever } from '../../protocol/assert.ts'
import { building } from './acts-of-buildings.ts'
import { brush, chatter, press, pressAgain, pressTogether, storm, stuck } from './acts-of-fingers.ts'
import { clockStep, deadInterrupt, disk, heldAtStart, lineFailure, outage, stop } from './acts-of-machines.ts'
import { halfOpen, isolation, partition, reset, slowPath, unruly } from './acts-of-network.ts'
import { away, deviceRemoved, reload, slowReader, sweep, testMode } from './acts-of-people.ts'
import { attack } from './attack.ts'
import type { Act } from './plan.ts'
import type { World } from './world.ts'

/** @param onOver called once, when nothing more comes of the act itself. */
export function perform(world: World, act: Act, onOver: () => void): void {
  switch (act.kind) {
    case 'press':
      return press(world, act, onOver)
    case 'pressAgain':
      return pressAgain(world, act, onOver)
    case 'pressTogether':
      return pressTogether(world, act, onOver)
    case 'storm':
      return storm(world, act, onOver)
    case 'brush':
      return brush(world, act, onOver)
    case 'chatter':
      return chatter(world, act, onOver)
    case 'stuck':
      return stuck(world, act, onOver)
    case 'deadInterrupt':
      return deadInterrupt(world, act, onOver)
    case 'lineFailure':
      return lineFailure(world, act, onOver)
    case 'heldAtStart':
      return heldAtStart(world, act, onOver)
    case 'powerCut':
    case 'crash':
      return outage(world, act, onOver)
    case 'stop':
      return stop(world, act, onOver)
    case 'partition':
      return partition(world, act, onOver)
    case 'isolation':
      return isolation(world, act, onOver)
    case 'halfOpen':
      return halfOpen(world, act, onOver)
    case 'reset':
      return reset(world, act, onOver)
    case 'unruly':
      return unruly(world, act, onOver)
    case 'slowPath':
      return slowPath(world, act, onOver)
    case 'away':
      return away(world, act, onOver)
    case 'slowReader':
      return slowReader(world, act, onOver)
    case 'sweep':
      return sweep(world, act, onOver)
    case 'testMode':
      return testMode(world, act, onOver)
    case 'disk':
      return disk(world, act, onOver)
    case 'clockStep':
      return clockStep(world, act, onOver)
    case 'reload':
      return reload(world, act, onOver)
    case 'deviceRemoved':
      return deviceRemoved(world, act, onOver)
    case 'attack':
      return attack(world, act, onOver)
    case 'building':
      return building(world, act, onOver)
    default:
      return assertNever(act)
  }
}
