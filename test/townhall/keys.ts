// Keys of a terminal as fingers on buttons. A terminal tells of a key only that it was typed, and again while it is kept
// down: a button is released when its key has been still for longer than a keyboard waits before it repeats.
import { assertAddress } from '../../hardware/line-address.ts'
import { LineError } from '../../hardware/lines.ts'
import { sendLineCommand } from '../../hardware/simulated.ts'
import { same, type Text } from '../../protocol/text.ts'
import type { Device } from './folder.ts'

const stillMs = 800

export type Finger = {
  readonly key: string
  readonly device: Device
  readonly button: Device['buttons'][number]
}

/** The first two buttons of the first two devices under the keys 1 to 4. */
export const fingersOf = (devices: readonly Device[]): readonly Finger[] =>
  devices
    .slice(0, 2)
    .flatMap(device => device.buttons.slice(0, 2).map(button => ({ device, button })))
    .map((finger, index) => ({ key: String(index + 1), ...finger }))

export type Touched = { readonly finger: Finger; readonly level: 'closed' | 'open' } | { readonly failure: Text }

/** Returns the function that takes a typed key; the button follows. */
export function createHand(fingers: readonly Finger[], onTouched: (touched: Touched) => void): (key: string) => void {
  const releases = new Map<string, NodeJS.Timeout>()
  const move = async (finger: Finger, level: 'closed' | 'open'): Promise<void> => {
    try {
      for (const { address, atRest } of finger.button.inputs) {
        const kind = (atRest === 'open') === (level === 'closed') ? 'close' : 'open'
        assertAddress(address)
        await sendLineCommand(finger.device.socket, { kind, line: address })
      }
      onTouched({ finger, level })
    } catch (error) {
      onTouched({ failure: error instanceof LineError ? error.text : same(String(error)) })
    }
  }
  return key => {
    const finger = fingers.find(each => each.key === key)
    if (finger === undefined) return
    const release = releases.get(key)
    if (release === undefined) void move(finger, 'closed')
    else clearTimeout(release)
    const timer = setTimeout(() => {
      releases.delete(key)
      void move(finger, 'open')
    }, stillMs)
    releases.set(key, timer.unref())
  }
}

/** Calls back for each key typed until it is disposed of; until then the process does not end. Only for a terminal. */
export function listenToKeys(onKey: (key: string) => void): Disposable {
  const { stdin } = process
  const listener = (chunk: Buffer): void => {
    for (const key of chunk.toString()) onKey(key)
  }
  stdin.setRawMode(true)
  stdin.on('data', listener).resume()
  return {
    [Symbol.dispose]: () => {
      stdin.off('data', listener).pause()
      stdin.setRawMode(false)
    },
  }
}
