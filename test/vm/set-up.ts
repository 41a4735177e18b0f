// Before the scenarios: the bundles of these sources, and the image. What is missing is said in one sentence, and every scenario is then
// reported as skipped, by name.
import type { TestProject } from 'vitest/node'
import { root } from '../runner/stages.ts'
import { type Image, prepareImage } from './image/image.ts'
import { run } from './image/run.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Or why there is none. */
    readonly image: Image | string
  }
}

export default async function setUp(project: TestProject): Promise<void> {
  const startedAt = performance.now()
  await run('npm', ['run', '--silent', 'build:programs'], { cwd: root })
  const image = await prepareImage()
  console.log(typeof image === 'string' ? image : `Set up in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`)
  project.provide('image', image)
}
