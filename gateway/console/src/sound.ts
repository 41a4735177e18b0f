// The signal of an alarm: two soft tones that rise, over and over until a person has taken it. The loop runs in the
// audio clock, so that a tab in the background keeps it. A browser may hold sound back until a gesture; then the page
// says so instead of staying silent.
import type { Sound } from './model.ts'

export type Sounder = {
  /** Sounds as long as a genuine alarm waits. */
  readonly siren: (wanted: boolean) => void
  /** One short tone: a test alarm. */
  readonly chime: () => void
  /** Called on a gesture: takes back a muting and asks the browser for sound. */
  readonly enable: () => void
  readonly mute: () => void
}

export function createSounder(onChange: (sound: Sound) => void): Sounder {
  const context = new AudioContext()
  const output = context.createGain()
  output.connect(context.destination)
  let loop: AudioBufferSourceNode | null = null
  let muted = false

  const tell = (): void => onChange(muted ? 'muted' : context.state === 'running' ? 'ready' : 'blocked')
  const wake = (): void => {
    if (context.state !== 'running') context.resume().then(tell, tell) // refused: `tell` says that it is blocked
  }
  context.addEventListener('statechange', tell)
  // Not while the pointer is down: what the page then no longer says of the sound would move the button away from under the click.
  for (const gesture of ['click', 'keydown']) addEventListener(gesture, wake, { capture: true })
  wake()
  queueMicrotask(tell) // not before the caller holds what this function returns

  const play = (tones: readonly Tone[], seconds: number, repeat: boolean): AudioBufferSourceNode => {
    const source = context.createBufferSource()
    source.buffer = rendered(context, tones, seconds)
    source.loop = repeat
    source.connect(output)
    source.start()
    return source
  }

  function setMuted(next: boolean): void {
    muted = next
    output.gain.value = muted ? 0 : 1
    wake()
    tell()
  }

  return {
    siren: wanted => {
      if (wanted && loop === null) loop = play(sirenTones, 1.8, true)
      if (!wanted && loop !== null) {
        loop.stop()
        loop = null
      }
    },
    chime: () => {
      if (context.state === 'running') play(chimeTones, 0.6, false)
    },
    enable: () => setMuted(false),
    mute: () => setMuted(true),
  }
}

/** Times in seconds, pitch in hertz. */
type Tone = { readonly at: number; readonly length: number; readonly pitch: number }
const sirenTones: readonly Tone[] = [
  { at: 0, length: 0.28, pitch: 660 },
  { at: 0.32, length: 0.42, pitch: 880 },
  { at: 0.9, length: 0.28, pitch: 660 },
  { at: 1.22, length: 0.42, pitch: 880 },
]
const chimeTones: readonly Tone[] = [{ at: 0, length: 0.5, pitch: 523 }]

function rendered(context: AudioContext, tones: readonly Tone[], seconds: number): AudioBuffer {
  const rate = context.sampleRate
  const buffer = context.createBuffer(1, Math.ceil(seconds * rate), rate)
  const samples = buffer.getChannelData(0)
  for (const { at, length, pitch } of tones) {
    const first = Math.floor(at * rate)
    const count = Math.floor(length * rate)
    for (let i = 0; i < count; i += 1) {
      const t = i / rate
      const wave = Math.sin(2 * Math.PI * pitch * t) + 0.3 * Math.sin(4 * Math.PI * pitch * t)
      samples[first + i] = 0.3 * wave * envelope(t, length)
    }
  }
  return buffer
}

/** Rises within 15 ms and fades out: no clicks. */
const envelope = (t: number, length: number): number => Math.min(1, t / 0.015) * Math.min(1, (length - t) / 0.08)
