// What people do apart from pressing: they leave their desks, their programs hang, they test buttons, administrators change
// the configuration in the middle of everything.
import { millis } from '../../protocol/time.ts'
import { holdNow } from './acts-of-fingers.ts'
import type { ActOf } from './plan.ts'
import type { Changes } from './town.ts'
import type { World } from './world.ts'

/** What has been open for this long is closed by whoever looks after the list. */
const longOpenMs = 10 * 60_000
const testHoldMs = 200

export function away(world: World, act: ActOf<'away'>): void {
  const person = world.people.get(act.person)
  person?.leaves()
  world.agenda.after(act.durationMs, () => person?.returns())
}

export function slowReader(world: World, act: ActOf<'slowReader'>): void {
  const person = world.people.get(act.person)
  person?.slowsDown()
  world.agenda.after(act.durationMs, () => person?.readsAgain())
}

/** Reads the list of open alarms at every gateway, and closes those that nobody has closed for long. */
export function sweep(world: World, act: ActOf<'sweep'>): void {
  const person = world.people.get(act.person)
  for (const { plan, clock, program } of world.gateways.values()) {
    if (program === null || person?.canSpeakTo(plan.id) !== true) continue
    for (const alarm of program.state.durable.alarms.values())
      if (clock.wall() - alarm.raisedAt > longOpenMs) person.close(plan.id, alarm.id, 'noIncident')
  }
}

/** Asks the gateway for test mode, presses the button, and closes the test alarm. */
export function testMode(world: World, act: ActOf<'testMode'>): void {
  const { person: responder, device, button, durationMs } = act
  for (const { program } of world.gateways.values())
    program?.emit({ kind: 'testRequested', responder, device, button, durationMs: millis(durationMs) })
  world.agenda.after(act.pressAfterMs, () => holdNow(world, act, testHoldMs))
  world.agenda.after(durationMs, () => closeTests(world, act))
}

function closeTests(world: World, { person, device, button }: ActOf<'testMode'>): void {
  for (const { plan, program } of world.gateways.values())
    for (const alarm of program?.state.durable.alarms.values() ?? [])
      if (alarm.kind === 'test' && alarm.device === device && alarm.button === button)
        world.people.get(person)?.close(plan.id, alarm.id, 'test')
}

export function reload(world: World, act: ActOf<'reload'>): void {
  const { change } = act
  if (change === 'mistake') for (const gateway of world.gateways.values()) gateway.mistake()
  else world.reconfigure(changes => ({ ...changes, [change]: true }))
  world.agenda.after(act.durationMs, () =>
    world.reconfigure(changes => (change === 'mistake' ? changes : { ...changes, [change]: false })),
  )
}

export function deviceRemoved(world: World, act: ActOf<'deviceRemoved'>): void {
  const without = (changes: Changes): Changes => ({ ...changes, removed: new Set([...changes.removed, act.device]) })
  const withAgain = (changes: Changes): Changes => ({
    ...changes,
    removed: new Set([...changes.removed].filter(device => device !== act.device)),
  })
  world.reconfigure(without)
  world.agenda.after(act.durationMs, () => world.reconfigure(withAgain))
}
