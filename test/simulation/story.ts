import { drawPlan } from './draw.ts'
import { startRun } from './run.ts'
import { tellStory } from './transcript.ts'

const seed = Number(process.argv[2])
const from = Number(process.argv[3] ?? 0) * 1000
const to = Number(process.argv[4] ?? 1e9) * 1000
const plan = drawPlan(seed)
console.log(JSON.stringify({ ...plan, acts: undefined }))
const r = startRun(plan)
tellStory(r.world, line => {
  if (r.world.agenda.now() >= from && r.world.agenda.now() <= to)
    console.log((r.world.agenda.now() / 1000).toFixed(3), line)
})
try {
  r.finish()
} catch (e: any) {
  console.log(e.oracle?.id, e.message)
}
