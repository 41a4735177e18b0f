// Reads one event stream in a thread of its own, so that a test can hold the gateway's thread still and see what left it.
import { parentPort, workerData } from 'node:worker_threads'
import { openPage } from './world.ts'

const { base, cookie, shared } = workerData as { base: string; cookie: string; shared: Int32Array }
const page = await openPage(base, 'anna', cookie)
parentPort?.postMessage('open')
const events = new Set<string>()
const look = setInterval(() => {
  for (const { name } of page.events) events.add(name)
  if (!events.has('alarm') || !events.has('notification')) return
  clearInterval(look)
  Atomics.store(shared, 0, 1)
  Atomics.notify(shared, 0)
  page.leave()
}, 1)
