// What the shell does with an effect where the moment matters.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type Parts, perform } from '../../gateway/shell/perform.ts'
import { alarmOfPress, type BootId, pressId } from '../../protocol/ids.ts'
import { wallTime } from '../../protocol/time.ts'
import { device } from '../gateway-core/townhall.ts'

test('a receipt is prepared when the record is under way, and then the disk is asked whether it may leave', async () => {
  const done: string[] = []
  const parts = {
    store: { collect: () => done.push('disk asked') },
    broker: { prepareReceipt: () => done.push('receipt prepared') },
  } as unknown as Parts
  const id = pressId(device, '0123456789abcdef' as BootId, 1)
  const message = { v: 1, kind: 'receipt', device, id, alarm: alarmOfPress(id), recordedAt: wallTime(0) } as const
  perform({ kind: 'prepareReceipt', message }, parts)
  expect(done, 'what else the step asks for comes first').toEqual([])
  await nextTurn()
  expect(done).toEqual(['receipt prepared', 'disk asked'])
})
