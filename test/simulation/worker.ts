// A thread that runs seeds one after the other, as it is given them.
import { parentPort } from 'node:worker_threads'
import { assert } from '../../protocol/assert.ts'
import { runSeed } from './seed-run.ts'

assert(parentPort !== null, 'seeds are run by a thread of their own')
const port = parentPort
port.on('message', (seed: number) => port.postMessage(runSeed(seed)))
