// Bugs of the gateway's program: what it notices of devices, disks, people and itself, and whom it tells.
import type { Mutant } from './mutant.ts'

export const supervisionMutants: readonly Mutant[] = [
  {
    name: 'old-will-marks-silent',
    breaks: 'The will of a connection makes a device silent that lives on a newer one.',
    file: 'gateway/core/supervision.ts',
    find: "if (message.state === 'online' && !isStale(turn, message))",
    replace: `if (message.state === 'offline')
    silent(turn, message.device, turn.live.devices.get(message.device) ?? unheard(turn, message.device))
  if (message.state === 'online' && !isStale(turn, message))`,
  },
  {
    name: 'silence-unnoticed',
    breaks: 'A device that is dead is never missed.',
    file: 'gateway/core/supervision.ts',
    find: 'if (bound <= turn.at) silent(turn, id, device)\n',
    replace: 'if (bound <= turn.at) next = earlier(next, after(turn.at, turn.configuration.silentMs))\n',
  },
  {
    name: 'fault-told-once',
    breaks: 'A fault whose telling never arrived is not told again.',
    file: 'gateway/core/fault.ts',
    find: 'filter(fault => !fault.confirmed.has(responder))',
    replace: 'filter(fault => !fault.told.has(responder))',
  },
  {
    name: 'fault-never-ends',
    breaks: 'A fault that ended while nobody listened stays one.',
    file: 'gateway/core/supervision.ts',
    find: 'if (code !== silence.code && !reported.has(faultKey(code, device, subject)))',
    replace: 'if (code !== silence.code && reported.size < 0)',
  },
  {
    name: 'nobody-there-unnoticed',
    seed: 18,
    breaks: 'That nobody of a policy can be reached is found out by the next press.',
    file: 'gateway/core/reachability.ts',
    find: 'isReached, isNews: true }',
    replace: 'isReached: true, isNews: true }',
  },
  {
    name: 'full-disk-unnoticed',
    breaks: 'A record that cannot be written is no fault.',
    file: 'gateway/core/promise.ts',
    find: "if (!isStoreFailing(turn)) raiseFault(turn, 'storeFailed', 'gateway', 'records', reason)",
    replace: 'if (reason === null) isStoreFailing(turn)',
  },
  {
    name: 'monitors-forgotten-at-start',
    breaks: 'After a restart security monitoring sees no alarm that was open before.',
    file: 'gateway/core/gateway.ts',
    find: 'tellEverything(turn)\n',
    replace: '\n',
  },
  {
    name: 'device-not-told-on-connect',
    breaks: 'A device that was away does not learn what became of its alarms.',
    file: 'gateway/core/gateway.ts',
    find: 'if (alarm !== undefined) sendProgress(turn, alarm, alarm.state)',
    replace: 'if (alarm === undefined) continue',
  },
]
