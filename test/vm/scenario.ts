// What scenarios have in common: whether they can run, who is told of their alarms, what was measured.
import { expect, inject, test, vi } from 'vitest'
import type { AlarmId } from '../../protocol/ids.ts'
import type { NotificationMessage } from '../../protocol/messages.ts'
import type { ConsoleClient } from '../integration/console-client.ts'
import type { Image, Kernel } from './image/image.ts'
import type { KernelSeries } from './image/packages.ts'
import { makeTown, type Town } from './town.ts'

export const soon = { timeout: 60_000, interval: 50 }

/** What a test needs to run at all; or why it is skipped. */
export type Supply = { readonly image: Image; readonly kernel: Kernel } | { readonly obstacle: string }

export function supplyOf(series: KernelSeries): Supply {
  const image = inject('image')
  if (typeof image === 'string') return { obstacle: 'no image' }
  const kernel = image.kernels[series]
  if (kernel === null) return { obstacle: `Debian’s sources of this machine offer no Linux ${series}` }
  return { image, kernel }
}

/** A test with a town and a gateway of its own; skipped by name where there is no image or no such kernel. */
export function scenario(
  title: string,
  series: KernelSeries,
  body: (town: Town, kernel: Kernel, alarms: Alarms) => Promise<void>,
): void {
  const supply = supplyOf(series)
  if ('obstacle' in supply) test.skip(`${title} [Linux ${series}] (${supply.obstacle})`)
  else
    test(`${title} [Linux ${series}]`, async () => {
      await using town = await makeTown(supply.image)
      await town.startGateway()
      using screen = await town.openConsole()
      await body(town, supply.kernel, takeAlarms(screen))
    })
}

/** An alarm as a person was told of it. */
export type Told = {
  readonly alarm: AlarmId
  /** When, in ms of `performance.now()`. */
  readonly at: number
  readonly notification: NotificationMessage
}
export type Alarms = {
  /** Those that are closed again. */
  readonly told: readonly Told[]
  /** Waits until there are this many, and returns the last one. */
  readonly until: (count: number) => Promise<Told>
  /** Of the device. */
  readonly faults: () => Promise<readonly string[]>
}

/** A person who takes and closes each alarm at once, so that the next press of the button is an alarm of its own. */
export function takeAlarms(screen: ConsoleClient): Alarms {
  const closed: Told[] = []
  const seen = new Set<AlarmId>()
  const failures: unknown[] = []
  screen.onEvent(event => {
    if (event.name !== 'notification' || event.data.alarm === null || seen.has(event.data.alarm)) return
    const { alarm } = event.data
    seen.add(alarm)
    const told = { alarm, at: performance.now(), notification: event.data }
    void closeAlarm(screen, alarm).then(
      () => closed.push(told),
      error => failures.push(error),
    )
  })
  return {
    told: closed,
    until: async count => {
      await vi.waitFor(() => expect(closed.length).toBeGreaterThanOrEqual(count), soon)
      expect(failures).toEqual([])
      const last = closed[count - 1]
      if (last === undefined) throw new Error('unreachable: as many were told')
      return last
    },
    faults: async () =>
      (await screen.overview()).faults.filter(({ source }) => source === 'rathaus-1').map(({ code }) => code),
  }
}

async function closeAlarm(screen: ConsoleClient, alarm: AlarmId): Promise<void> {
  await screen.acknowledge(alarm)
  await screen.close(alarm, 'noIncident')
}

/** One line on what was measured, for README.md. */
export function measured(what: string, valuesMs: readonly number[]): void {
  const sorted = valuesMs.toSorted((a, b) => a - b)
  const at = (share: number): string => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
    return value.toFixed(0)
  }
  const text = sorted.length === 1 ? at(0) : `p50 ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)}`
  console.log(`measured: ${what}: ${text} ms${sorted.length === 1 ? '' : ` of ${sorted.length}`}`)
}
