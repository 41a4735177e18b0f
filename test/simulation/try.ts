import { drawPlan } from './draw.ts'
import { run } from './run.ts'

const from = Number(process.argv[2] ?? 1),
  to = Number(process.argv[3] ?? 20)
let n = 0,
  bad = 0,
  sum = 0
const slow: any[] = []
const byOracle: Record<string, number[]> = {}
for (let seed = from; seed <= to; seed++) {
  const plan = drawPlan(seed)
  const t = process.cpuUsage()
  const outcome = run(plan)
  const d = process.cpuUsage(t)
  const ms = (d.user + d.system) / 1000
  sum += ms
  slow.push([seed, Math.round(ms), plan.devices.length, plan.acts.length])
  n++
  if (outcome.kind === 'broken') {
    bad++
    ;(byOracle[outcome.oracle] ??= []).push(seed)
    if (byOracle[outcome.oracle]!.length <= 3)
      console.log(seed, outcome.oracle, (outcome.at / 1000).toFixed(3), outcome.detail.slice(0, 600))
  }
}
console.log({ n, bad, msPerSeed: Math.round(sum / n) }, slow.sort((a, b) => b[1] - a[1]).slice(0, 6))
for (const [k, v] of Object.entries(byOracle)) console.log(k, v.length, v.slice(0, 15).join(' '))
