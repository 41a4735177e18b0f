// A whole building: configured while it is dark, so that all its devices are silent at once; then it gets power, its devices
// start together, some are pressed; then it is dark again, and taken out of the configuration.
import type { ButtonId, DeviceId } from '../../protocol/ids.ts'
import { holdNow } from './acts-of-fingers.ts'
import type { ActOf, DevicePlan } from './plan.ts'
import type { World } from './world.ts'

const powerMs = 1000
const pressesAfterMs = 30_000
const holdMs = { least: 100, most: 900 } as const

export function building(world: World, act: ActOf<'building'>): void {
  const { agenda } = world
  const random = world.random.fork(`building ${act.at}`)
  const added = Array.from({ length: act.devices }, (_, index) => deviceOf(index))
  const machines = added.map(plan => world.addDevice(plan))
  world.reconfigure(changes => ({ ...changes, added }))
  agenda.after(act.darkMs, () => {
    for (const machine of machines) agenda.after(random.between(0, powerMs), () => machine.power.restore())
  })
  for (const { id } of added.slice(0, act.presses))
    agenda.after(act.darkMs + pressesAfterMs + random.between(0, powerMs), () =>
      holdNow(world, { device: id, button: onlyButton }, random.between(holdMs.least, holdMs.most)),
    )
  agenda.after(act.darkMs + act.litMs, () => {
    world.reconfigure(changes => ({ ...changes, added: [] }))
    for (const machine of machines) world.removeDevice(machine)
  })
}

const onlyButton = 'tresen' as ButtonId

const deviceOf = (index: number): DevicePlan => ({
  id: `neubau-${index + 1}` as DeviceId,
  driftPpm: 0,
  buttons: [onlyButton],
  confirmMs: 30,
  timeSource: 'kernel',
  hasClockBattery: true,
  wiring: 'normallyOpen',
})
