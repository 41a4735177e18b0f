import { drawPlan } from './draw.ts'
import { run, startRun } from './run.ts'

const from = Number(process.argv[2] ?? 1),
  to = Number(process.argv[3] ?? 20)
let n = 0,
  bad = 0
const t0 = performance.now()
const slow: any[] = []
const byOracle: Record<string, number[]> = {}
for (let seed = from; seed <= to; seed++) {
  const plan = drawPlan(seed)
  const t = performance.now()
  const outcome = run(plan)
  const ms = performance.now() - t
  slow.push([seed, Math.round(ms), plan.devices.length, plan.acts.length])
  n++
  if (outcome.kind === 'broken') {
    bad++
    ;(byOracle[outcome.oracle] ??= []).push(seed)
    if (byOracle[outcome.oracle]!.length <= 3)
      console.log(seed, outcome.oracle, (outcome.at / 1000).toFixed(3), outcome.detail.slice(0, 600))
  }
}
console.log(
  { n, bad, msPerSeed: Math.round((performance.now() - t0) / n) },
  slow.sort((a, b) => b[1] - a[1]).slice(0, 6),
)
for (const [k, v] of Object.entries(byOracle)) console.log(k, v.length, v.slice(0, 15).join(' '))
