// Device and gateway are machines of their own. On one machine Linux likes to wake a receiver on its sender's processor: there it waits
// until the sender has finished what else it does, or saves the waking if that does nothing. Neither happens between machines, so
// each side of a hand-over keeps to a processor of its own, for every subject of the bench alike.
import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { assert } from '../../protocol/assert.ts'

/** people: devices and those who are told, and the bench, which is their hands and eyes. */
export type Side = 'people' | 'gateway'

const processorOf: Readonly<Record<Side, number>> = { people: 0, gateway: 1 }

/** All threads of the process, and whatever it starts from now on. @throws if the machine has one processor, or no taskset (Debian's util-linux). */
export function keepTo(side: Side, pid: number): void {
  assert(cpus().length > 1, 'this bench needs two processors')
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(processorOf[side]), String(pid)], {
    stdio: 'ignore',
  })
}
