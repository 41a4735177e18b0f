// What floor and bare line have in common: frames of one size, and a device that sends one of them at each SIGUSR2.
import { writeSync } from 'node:fs'
import type { Socket } from 'node:net'
import { monotonicNow } from '../../hardware/clock.ts'
import { limits } from '../../protocol/limits.ts'

/** Bytes of one frame: what a signed alarm has on the wire. */
export const frameBytes = 560

/** How long a device is awake before it sends: as long as Stillruf's. */
const awakeMs = limits.preparationMs

/** One hand-over: when the device sent, and when it had its answer, by the machine's monotonic clock in ms. */
export type HandedOver = { readonly sentAt: number; readonly answeredAt: number }

export function onFrames(socket: Socket, handle: (frame: Buffer) => void): void {
  let waiting = Buffer.alloc(0)
  socket.on('data', bytes => {
    waiting = waiting.length === 0 ? bytes : Buffer.concat([waiting, bytes])
    for (; waiting.length >= frameBytes; waiting = waiting.subarray(frameBytes)) handle(waiting.subarray(0, frameBytes))
  })
}

/**
 * Each SIGUSR2 sends the frame that `prepare` makes.
 * @returns what is to be called at the answer: it prints the hand-over as a line.
 */
export function sendAtSignal(socket: Socket, prepare: () => Uint8Array): () => void {
  let sentAt = 0
  process.on('SIGUSR2', () => {
    const until = monotonicNow() + awakeMs
    const frame = prepare()
    const send = (): void => {
      if (monotonicNow() < until) {
        setImmediate(send)
        return
      }
      sentAt = monotonicNow()
      socket.write(frame)
    }
    send()
  })
  return () => {
    const handedOver: HandedOver = { sentAt, answeredAt: monotonicNow() }
    writeSync(1, `${JSON.stringify(handedOver)}\n`)
  }
}
