// What this process holds open, to prove that a test gave everything back.
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'

/** Runs the body twice: what the first run opens for good (a library's own descriptors) is not counted, what each run leaves is. */
export async function expectNothingLeftOpen(body: () => Promise<void>): Promise<void> {
  await body()
  const before = openResources()
  await body()
  const added = (): readonly string[] => {
    const now = openResources()
    return Object.keys(now).filter(kind => (now[kind] ?? 0) > (before[kind] ?? 0))
  }
  // Looked at between two pauses: a timer of whoever waits would be counted.
  for (const until = performance.now() + 20_000; added().length > 0 && performance.now() < until; ) await delay(20)
  expect(added()).toEqual([])
}

function openResources(): Readonly<Record<string, number>> {
  const children = readdirSync('/proc/self/task').flatMap(
    task => readFileSync(`/proc/self/task/${task}/children`, 'utf8').match(/\d+/g) ?? [],
  )
  const counted: Record<string, number> = {
    descriptors: readdirSync('/proc/self/fd').length,
    children: children.length,
  }
  for (const kind of process.getActiveResourcesInfo()) {
    if (/Timeout|Immediate|Wrap/.test(kind)) counted[kind] = (counted[kind] ?? 0) + 1
  }
  return counted
}
