// Acts in words, for transcripts.
import type { Act } from './plan.ts'

/** One clause; times in seconds where they last. */
export function describeAct(act: Act): string {
  const forSeconds = 'durationMs' in act ? `, for ${seconds(act.durationMs)}` : ''
  switch (act.kind) {
    case 'press':
      return `a finger presses ${act.device}/${act.button} for ${act.holdMs} ms`
    case 'pressAgain':
      return `a finger presses ${act.device}/${act.button} ${act.times} times, ${act.gapMs} ms apart`
    case 'pressTogether':
      return `fingers press ${act.buttons.join(' and ')} of ${act.device} in the same moment`
    case 'storm':
      return `up to ${act.presses} buttons are pressed within a second`
    case 'brush':
      return `something brushes against ${act.device}/${act.button} for ${act.closedMs} ms`
    case 'chatter':
      return `${act.device}/${act.button} chatters${forSeconds}`
    case 'stuck':
      return `${act.device}/${act.button} is stuck${forSeconds}`
    case 'deadInterrupt':
      return `${act.device}/${act.button} gives no interrupts${forSeconds}`
    case 'lineFailure':
      return `the line of ${act.device}/${act.button} fails${forSeconds}`
    case 'cutWire':
      return `one wire of ${act.device}/${act.button} is cut${forSeconds}`
    case 'heldAtStart':
      return `${act.device}/${act.button} is held while its device starts again`
    case 'powerCut':
      return `${act.machine} has no power${forSeconds}${act.again === null ? '' : ', and soon once more'}`
    case 'crash':
      return `the program of ${act.machine} is killed and stays down${forSeconds}${act.again === null ? '' : ', and soon once more'}`
    case 'crashMidway':
      return `a finger presses ${act.device}/${act.button}; after ${act.steps} steps ${act.machine} is gone (${act.how})${forSeconds}`
    case 'stop':
      return `${act.machine} is stopped for an update${forSeconds}`
    case 'partition':
      return `nothing passes between ${act.path.client} and ${act.path.gateway}${forSeconds}`
    case 'isolation':
      return `nobody reaches ${act.gateway}${forSeconds}`
    case 'halfOpen':
      return `the connection of ${act.path.client} to ${act.path.gateway} carries nothing any more to ${act.deaf}`
    case 'reset':
      return `the connection of ${act.path.client} to ${act.path.gateway} is reset`
    case 'unruly':
      return `packets between ${act.path.client} and ${act.path.gateway} are lost (${act.loss}), doubled (${act.duplication}) and overtake each other (${act.reordering})${forSeconds}`
    case 'slowPath':
      return `packets between ${act.path.client} and ${act.path.gateway} take up to ${seconds(act.delayMs)}${forSeconds}`
    case 'away':
      return `${act.person} is away${forSeconds}`
    case 'slowReader':
      return `${act.person}’s program reads nothing${forSeconds}`
    case 'sweep':
      return `${act.person} closes what has been open for long`
    case 'testMode':
      return `${act.person} tests ${act.device}/${act.button}`
    case 'disk':
      return `the disk of ${act.machine} is ${act.how}${forSeconds}`
    case 'clockStep':
      return `the wall clock of ${act.machine} is wrong by ${seconds(act.byMs)}${forSeconds}`
    case 'reload':
      return `the configuration is changed: ${act.change}${forSeconds}`
    case 'deviceRemoved':
      return `${act.device} is taken out of the configuration${forSeconds}`
    case 'attack':
      return `somebody attacks ${act.gateway} in the name of ${act.device}: ${act.attack}`
    case 'building':
      return `a building with ${act.devices} devices gets its power after ${seconds(act.darkMs)}`
  }
}

const seconds = (ms: number): string => `${ms / 1000} s`
