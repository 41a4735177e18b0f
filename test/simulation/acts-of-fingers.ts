// What fingers and contacts do: press, press again, brush against a button, chatter, get stuck.
import { limits } from '../../protocol/limits.ts'
import type { Contact } from './contact.ts'
import type { ActOf, ButtonName } from './plan.ts'
import type { World } from './world.ts'

type Over = () => void

/** Between the edges of a contact that bounces. */
const bounceMs = { least: 0.5, most: 6 } as const
const stormMs = 1000

export function press(world: World, act: ActOf<'press'>, onOver: Over): void {
  holdAt(world, act, act.holdMs, act.bounces)
  world.agenda.after(act.holdMs, onOver)
}

export function pressAgain(world: World, act: ActOf<'pressAgain'>, onOver: Over): void {
  const everyMs = act.holdMs + act.gapMs
  for (let time = 0; time < act.times; time += 1)
    world.agenda.after(time * everyMs, () => holdAt(world, act, act.holdMs, 0))
  world.agenda.after(act.times * everyMs, onOver)
}

export function pressTogether(world: World, { device, buttons, holdMs }: ActOf<'pressTogether'>, onOver: Over): void {
  for (const button of buttons) holdAt(world, { device, button }, holdMs, 0)
  world.agenda.after(holdMs, onOver)
}

export function storm(world: World, act: ActOf<'storm'>, onOver: Over): void {
  const random = world.random.fork(`storm ${act.at}`)
  const contacts = [...world.devices.values()].flatMap(({ contacts }) => [...contacts.values()])
  for (const { name } of contacts.slice(0, act.presses))
    world.agenda.after(random.between(0, stormMs), () => holdAt(world, name, random.between(100, 900), 0))
  world.agenda.after(2 * stormMs, onOver)
}

export function brush(world: World, act: ActOf<'brush'>, onOver: Over): void {
  holdAt(world, act, act.closedMs, 0)
  world.agenda.after(act.closedMs, onOver)
}

/** Closed for one half of each period, until the end. */
export function chatter(world: World, act: ActOf<'chatter'>, onOver: Over): void {
  const contact = contactOf(world, act)
  const endAt = world.agenda.now() + act.durationMs
  const halfMs = act.periodMs / 2
  const closes = (): void => {
    if (world.agenda.now() >= endAt) return onOver()
    contact?.hold()
    world.agenda.after(halfMs, () => {
      contact?.release()
      world.agenda.after(halfMs, closes)
    })
  }
  closes()
}

export function stuck(world: World, act: ActOf<'stuck'>, onOver: Over): void {
  const contact = contactOf(world, act)
  contact?.hold()
  world.agenda.after(act.durationMs, () => {
    contact?.release()
    world.agenda.after(2 * limits.releaseMs, onOver)
  })
}

export const contactOf = (world: World, { device, button }: ButtonName): Contact | undefined =>
  world.devices.get(device)?.contacts.get(button)

/** Bounces an even number of times, settles closed, and is let go at the end. */
export function holdAt(world: World, name: ButtonName, holdMs: number, bounces: number): void {
  const { agenda } = world
  const contact = contactOf(world, name)
  if (contact === undefined) return
  const random = world.random.fork(`finger ${name.device} ${name.button} ${agenda.now()}`)
  let at = agenda.now()
  contact.hold()
  for (let bounce = 0; bounce < bounces; bounce += 1) {
    agenda.at((at += random.between(bounceMs.least, bounceMs.most)), () => contact.release())
    agenda.at((at += random.between(bounceMs.least, bounceMs.most)), () => contact.hold())
  }
  agenda.at(at + holdMs, () => contact.release())
}
