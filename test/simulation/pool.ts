// Runs seeds on two threads: each is given the next seed as soon as it has answered for the one before.
import { Worker } from 'node:worker_threads'
import type { SeedReport } from './seed-run.ts'

const threads = 2

/**
 * @param next the next seed, or null if there are no more.
 * @param onReport is told of each seed, in the order in which they end.
 * @returns when the last one has answered. @throws if a thread ends by itself.
 */
export async function runSeeds(next: () => number | null, onReport: (report: SeedReport) => void): Promise<void> {
  await Promise.all(Array.from({ length: threads }, () => runThread(next, onReport)))
}

async function runThread(next: () => number | null, onReport: (report: SeedReport) => void): Promise<void> {
  const first = next()
  if (first === null) return
  const worker = new Worker(new URL('./worker.ts', import.meta.url))
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  worker.on('error', reject)
  worker.on('message', (report: SeedReport) => {
    onReport(report)
    const seed = next()
    if (seed === null) resolve()
    else worker.postMessage(seed)
  })
  worker.postMessage(first)
  try {
    await promise
  } finally {
    await worker.terminate()
  }
}
