// What scenarios have in common: whether they can run, how a finger moves, what they wait for, what they measure.
import { setTimeout as delay } from 'node:timers/promises'
import { inject, test } from 'vitest'
import type { Image, Kernel } from './image/image.ts'
import type { KernelSeries } from './image/packages.ts'
import type { Machine } from './machine.ts'
import { type ButtonName, buttons, makeTown, type Town } from './town.ts'

export const soon = { timeout: 60_000, interval: 50 }

type Scenario = (town: Town, kernel: Kernel) => Promise<void>

/** A test with a town of its own and a kernel; skipped by name where there is no image or no such kernel. */
export function scenario(title: string, series: KernelSeries, body: Scenario): void {
  const image = inject('image')
  const obstacle = obstacleTo(image, series)
  test.skipIf(obstacle !== null)(`${title} [Linux ${series}]${obstacle === null ? '' : ` (${obstacle})`}`, async () => {
    if (typeof image === 'string') return
    const kernel = image.kernels[series]
    if (kernel === null) return
    await using town = await makeTown(image)
    await body(town, kernel)
  })
}

function obstacleTo(image: Image | string, series: KernelSeries): string | null {
  if (typeof image === 'string') return 'no image'
  return image.kernels[series] === null ? `Debian’s sources of this machine offer no Linux ${series}` : null
}

/** Returns once the device is connected and every line has been read. */
export async function connected(machine: Machine, from = 0): Promise<void> {
  await machine.line(/"msg":"connected"/, from)
}

/** How long a person holds a button. */
export const holdMs = 200

export async function press(machine: Machine, button: ButtonName): Promise<void> {
  await machine.contact(buttons[button], true)
  await delay(holdMs)
  await machine.contact(buttons[button], false)
}

/** As contacts do it: closes and opens again, a millisecond or so apart, before it stays. */
export async function bouncingPress(machine: Machine, button: ButtonName): Promise<void> {
  await bounce(machine, button, true)
  await delay(holdMs)
  await bounce(machine, button, false)
}

const bounces = 5

async function bounce(machine: Machine, button: ButtonName, closed: boolean): Promise<void> {
  for (let change = 0; change <= 2 * bounces; change++) {
    await machine.contact(buttons[button], change % 2 === 0 ? closed : !closed)
    await delay(1)
  }
}

/** One line for the README: what was measured. */
export function measured(what: string, valuesMs: readonly number[]): void {
  const sorted = valuesMs.toSorted((a, b) => a - b)
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(0)
  console.log(`measured: ${what}: ${sorted.length} values, p50 ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)} ms`)
}
