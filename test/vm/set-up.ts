// Before the scenarios: the bundles of these sources, the image, and one run in it. What is missing is said in one sentence, and every
// scenario is then reported as skipped, by name.
import type { TestProject } from 'vitest/node'
import { root } from '../runner/stages.ts'
import { prepareCompiled } from './compiled.ts'
import { prepareImage } from './image/image.ts'
import { run } from './image/run.ts'
import type { Equipment } from './town.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Or why there is none. */
    readonly equipment: Equipment | string
  }
}

export default async function setUp(project: TestProject): Promise<void> {
  const startedAt = performance.now()
  const equipment = await prepare()
  console.log(
    typeof equipment === 'string' ? equipment : `Set up in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`,
  )
  project.provide('equipment', equipment)
}

async function prepare(): Promise<Equipment | string> {
  await run('npm', ['run', '--silent', 'build:programs'], { cwd: root })
  const image = await prepareImage()
  if (typeof image === 'string') return image
  const kernel = image.kernels['6.1']
  if (kernel === null)
    return 'Debian’s sources of this machine offer no Linux 6.1 for arm64: the scenarios need Debian 12.'
  return { image, compiled: await prepareCompiled(image, kernel) }
}
