// What fingers and contacts do: press, press again, brush against a button, chatter, get stuck.
import type { Contact } from './contact.ts'
import type { ActOf, ButtonName } from './plan.ts'
import type { World } from './world.ts'

/** Between the edges of a contact that bounces. */
const bounceMs = { least: 0.5, most: 6 } as const
const stormMs = 1000
const stormHoldMs = { least: 100, most: 900 } as const

export function press(world: World, act: ActOf<'press'>): void {
  holdNow(world, act, act.holdMs, act.bounces)
}

export function pressAgain(world: World, act: ActOf<'pressAgain'>): void {
  for (let time = 0; time < act.times; time += 1)
    world.agenda.after(time * (act.holdMs + act.gapMs), () => holdNow(world, act, act.holdMs))
}

export function pressTogether(world: World, { device, buttons, holdMs }: ActOf<'pressTogether'>): void {
  for (const button of buttons) holdNow(world, { device, button }, holdMs)
}

export function storm(world: World, act: ActOf<'storm'>): void {
  const random = world.random.fork(`storm ${act.at}`)
  const contacts = [...world.devices.values()].flatMap(device => [...device.contacts.values()])
  for (const { name } of contacts.slice(0, act.presses))
    world.agenda.after(random.between(0, stormMs), () =>
      holdNow(world, name, random.between(stormHoldMs.least, stormHoldMs.most)),
    )
}

export function brush(world: World, act: ActOf<'brush'>): void {
  holdNow(world, act, act.closedMs)
}

/** Closed for one half of each period. */
export function chatter(world: World, act: ActOf<'chatter'>): void {
  const contact = contactOf(world, act)
  const endAt = world.agenda.now() + act.durationMs
  const halfMs = act.periodMs / 2
  const close = (): void => {
    if (world.agenda.now() + act.periodMs > endAt) return
    contact?.hold()
    world.agenda.after(halfMs, () => contact?.release())
    world.agenda.after(act.periodMs, close)
  }
  close()
}

export function stuck(world: World, act: ActOf<'stuck'>): void {
  holdNow(world, act, act.durationMs)
}

export const contactOf = (world: World, { device, button }: ButtonName): Contact | undefined =>
  world.devices.get(device)?.contacts.get(button)

/** Closes now, bounces a few times, settles closed, and is let go after so long. */
export function holdNow(world: World, name: ButtonName, holdMs: number, bounces = 0): void {
  const { agenda } = world
  const contact = contactOf(world, name)
  if (contact === undefined) return
  const random = world.random.fork(`finger ${name.device} ${name.button} ${agenda.now()}`)
  let at = agenda.now()
  const edge = (move: () => void): void => {
    at += random.between(bounceMs.least, bounceMs.most)
    agenda.at(at, move)
  }
  contact.hold()
  for (let bounce = 0; bounce < bounces; bounce += 1) {
    edge(() => contact.release())
    edge(() => contact.hold())
  }
  agenda.at(at + holdMs, () => contact.release())
}
