// What is done at a machine: a button is pressed, its processes are looked at, it is waited for.
import { setTimeout as delay } from 'node:timers/promises'
import type { Machine } from './machine.ts'
import { type ButtonName, buttons } from './town.ts'

/** How long a person holds a button. */
const holdMs = 200

export async function press(machine: Machine, button: ButtonName, heldMs = holdMs): Promise<void> {
  await machine.contact(buttons[button], true)
  await delay(heldMs)
  await machine.contact(buttons[button], false)
}

/** As contacts do it: closes and opens again, a millisecond or so apart, before it stays; and so when it is let go. */
export async function bouncingPress(machine: Machine, button: ButtonName): Promise<void> {
  await bounce(machine, button, true)
  await delay(holdMs)
  await bounce(machine, button, false)
}

const changesOfBounce = 11

async function bounce(machine: Machine, button: ButtonName, closed: boolean): Promise<void> {
  for (let change = 0; change < changesOfBounce; change++) {
    await machine.contact(buttons[button], change % 2 === 0 ? closed : !closed)
    await delay(1)
  }
}

/** Connected: a button that is pressed now is watched, or will be read as held. */
export async function atWork(machine: Machine, from = 0): Promise<void> {
  await machine.line(/"msg":"connected"/, from)
}

/** Ids of the machine's processes whose command line is such. */
export async function processes(machine: Machine, wanted: RegExp): Promise<readonly number[]> {
  const { output } = await machine.run('ps | grep -v "]$"')
  return output
    .map(line => /^ *(\d+) +\S+ +(.*)$/.exec(line) ?? [])
    .filter(([, , command]) => command !== undefined && wanted.test(command))
    .map(([, id]) => Number(id))
}
