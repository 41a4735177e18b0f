// One lone alarm costs the gateway exactly one sync of the disk, counted by the kernel's own system calls.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { connectRawDevice } from './raw-device.ts'
import { hasProgram } from './tools.ts'
import { makeWorld } from './world.ts'

const soon = { timeout: 30_000, interval: 50 }

test.skipIf(!hasProgram('strace'))(
  'a lone alarm is exactly one sync of the gateway’s disk, before its receipt',
  async () => {
    await using world = await makeWorld()
    const gateway = await world.startGateway()
    await using device = await connectRawDevice(world, 'rathaus-1')
    await device.publishAlarm(device.alarm(1)) // the first alarm may still grow files
    await vi.waitFor(() => expect(device.receipts).toHaveLength(1), soon)
    const trace = join(world.folder, 'trace')
    const strace = spawn(
      'strace',
      ['-f', '-y', '-e', 'trace=fsync,fdatasync,sync_file_range,msync', '-o', trace, '-p', String(gateway.pid)],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    await new Promise<void>(resolve => {
      strace.stderr.on('data', bytes => {
        if (String(bytes).includes('attached')) resolve()
      })
    })
    await device.publishAlarm(device.alarm(2, 2))
    await vi.waitFor(() => expect(device.receipts).toHaveLength(2), soon)
    strace.kill('SIGINT')
    await once(strace, 'close')
    const syncs = (await readFile(trace, 'utf8')).split('\n').filter(line => /(fsync|fdatasync)\(/.test(line))
    expect(syncs, syncs.join('\n')).toHaveLength(1)
    expect(syncs[0]).toMatch(/-wal>/)
  },
)
