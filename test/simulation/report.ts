// What `npm run simulate` prints about many seeds.
import { transitions } from './coverage.ts'
import { oracles } from './oracles/all.ts'
import { columnsMs } from './statistics.ts'
import type { Failure, Tally } from './tally.ts'
import { timeText } from './transcript.ts'

const barWidth = 40

/** The line that is printed over and over while seeds run. @param share of the work that is done, from 0 to 1. */
export function progressText(tally: Tally, share: number, seconds: number): string {
  const done = Math.round(share * barWidth)
  const bar = '█'.repeat(done) + '░'.repeat(barWidth - done)
  const broken = tally.failures.length === 0 ? '' : `   ${tally.failures.length} BROKEN`
  return `${bar} ${tally.seeds} seeds   ${perSecond(tally, seconds)} virtual hours/s${broken}`
}

export function reportText(tally: Tally, seconds: number): string {
  return [
    `${count(tally.seeds, 'seed')}, ${tally.hours} virtual hours in ${seconds.toFixed(1)} s: ${perSecond(tally, seconds)} virtual hours/s. ` +
      `${tally.presses} presses. Records: ${tally.digest}`,
    '',
    'Press → seen by a person, in virtual time',
    histogramText(tally),
    '',
    'What people, chance and attackers did',
    injectedText(tally),
    '',
    coverageText(tally),
    '',
    tally.failures.length === 0
      ? `${oracles.length + 1} oracles held.`
      : tally.failures
          .toSorted((a, b) => a.seed - b.seed)
          .map(failureText)
          .join('\n'),
  ].join('\n')
}

/** What happened, and the line that makes it happen again. */
export const failureText = ({ seed, outcome: { oracle, sentence, detail, at } }: Failure): string =>
  `BROKEN ${oracle}: ${sentence}\n  ${timeText(at)}  ${detail}\n  again:  npm run simulate -- --seed ${seed}`

export const unvisited = ({ visited }: Tally): readonly string[] => transitions.filter(each => !visited.has(each))

function coverageText(tally: Tally): string {
  const missing = unvisited(tally)
  const visited = `${transitions.length - missing.length} of ${transitions.length} transitions visited`
  return missing.length === 0 ? `${visited}.` : `${visited}; not these:\n${missing.map(each => `  ${each}`).join('\n')}`
}

function histogramText({ calm, disturbed }: Tally): string {
  const most = Math.max(1, ...calm, ...disturbed)
  const bar = (value: number): string =>
    '▇'.repeat(value === 0 ? 0 : Math.max(1, Math.round((20 * value) / most))).padEnd(20)
  const row = (label: string, index: number): string =>
    `${label.padStart(10)}  ${cell(calm[index])} ${bar(calm[index] ?? 0)}  ${cell(disturbed[index])} ${bar(disturbed[index] ?? 0)}`
  const head = `${' '.repeat(10)}  ${'calm'.padStart(6)} ${' '.repeat(20)}  ${'faults'.padStart(6)}`
  return [head, ...columnsMs.map((ms, index) => row(columnLabel(ms), index))].map(line => line.trimEnd()).join('\n')
}

const columnLabel = (ms: number): string => (Number.isFinite(ms) ? `≤ ${ms / 1000} s` : 'longer')
const cell = (value: number | undefined): string => String(value ?? 0).padStart(6)

const columns = 4
const columnWidth = 30

function injectedText({ injected }: Tally): string {
  const entries = [...injected].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, times]) => `${cell(times)}  ${kind}`)
  const rows = Math.ceil(entries.length / columns)
  return Array.from({ length: rows }, (_, row) =>
    entries
      .filter((_, index) => index % rows === row)
      .map(entry => entry.padEnd(columnWidth))
      .join('')
      .trimEnd(),
  ).join('\n')
}

const perSecond = ({ hours }: Tally, seconds: number): number => Math.round(hours / Math.max(seconds, 0.001))
const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`
