import { startRun } from './run.ts'
import { tellStory } from './transcript.ts'

const habits = {
  takes: 1,
  reactionMs: [5000, 20_000],
  inStep: false,
  twice: 0,
  stubborn: false,
  closingMs: [30_000, 60_000],
}
export const base: any = {
  seed: 3,
  hours: 1,
  gateways: [{ id: 'zentrale-1', driftPpm: 0 }],
  devices: [
    {
      id: 'rathaus-1',
      driftPpm: 0,
      buttons: ['tresen', 'kasse'],
      confirmMs: 30,
      timeSource: 'kernel',
      hasClockBattery: false,
      wiring: 'normallyOpen',
    },
  ],
  people: [{ id: 'anna', channel: 'mqtt', habits }],
  rules: {
    heartbeatMs: 60_000,
    silentMs: 180_000,
    indicator: 'off',
    steps: [{ afterMs: 0, notify: ['anna'] }],
    repeatMs: 60_000,
    faultResponders: ['anna'],
  },
  latencyMs: 5,
  wire: 'objects',
  acts: [],
}
const acts = [
  { at: 600_000, kind: 'isolation', gateway: 'zentrale-1', durationMs: 100_000 },
  { at: 640_000, kind: 'press', device: 'rathaus-1', button: 'tresen', holdMs: 300, bounces: 0 },
  { at: 650_000, kind: 'powerCut', machine: 'rathaus-1', durationMs: 60_000, again: null },
]
const r = startRun({ ...base, acts })
tellStory(r.world, line => console.log(line))
try {
  r.finish()
} catch (e: any) {
  console.log(e.oracle?.id, e.message)
}
