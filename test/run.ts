// `npm test`: every check and test of the project, fast feedback first, and one closing line. `npm test -- unit parts` runs
// only these stages.
import { type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closingLine, type Outcome, outcomeOf, sum } from './runner/report.ts'
import { root, stages } from './runner/stages.ts'
import { prepareSystemTools } from './runner/system-tools.ts'

type Step = { readonly name: string; readonly run: () => Promise<Outcome> }

const steps: readonly Step[] = [
  { name: 'types', run: () => check('tsc', ['--noEmit']) },
  { name: 'lint', run: () => check('biome', ['check', '--error-on-warnings']) },
  // The town hall and the browser run what is installed, so that has to be made of these sources.
  { name: 'console bundle', run: () => check('vite', ['build', 'gateway/console', '--logLevel', 'warn']) },
  { name: 'program bundles', run: () => check('npm', ['run', '--silent', 'build:programs']) },
  ...stages().map(({ name, files, workers }) => ({
    name,
    run: async () => sum([await runTests(files, workers), ...(await commandsOf(name))]),
  })),
]

/** Tests start the programs from their sources again and again: what Node made of them is kept for the run. */
const compiled = mkdtempSync(join(tmpdir(), 'stillruf-compiled-'))
process.once('exit', () => rmSync(compiled, { recursive: true, force: true }))

async function main(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.find(name => !steps.some(step => step.name === name))
  if (unknown !== undefined) {
    console.error(`There is no stage “${unknown}”; the stages are ${steps.map(step => step.name).join(', ')}.`)
    return 2
  }
  const missing = prepareSystemTools()
  if (missing !== null) console.log(missing)
  const chosen = steps.filter(step => wanted.length === 0 || wanted.includes(step.name))
  const outcomes = []
  for (const step of chosen) outcomes.push(await timed(step))
  const total = sum(outcomes.map(each => each.outcome))
  for (const name of total.skipped) console.log(`skipped: ${name}`)
  for (const { name, outcome, seconds } of outcomes)
    console.log(`${name.padEnd(18)}${seconds.padStart(8)} s   ${closingLine(outcome)}`)
  for (const failure of total.failed) console.log(`failed: ${failure}`)
  console.log(closingLine(total))
  return total.failed.length === 0 ? 0 : 1
}

type Timed = { readonly name: string; readonly outcome: Outcome; readonly seconds: string }

async function timed({ name, run }: Step): Promise<Timed> {
  console.log(`\n— ${name}`)
  const startedAt = performance.now()
  const outcome = await run()
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`— ${name}: ${closingLine(outcome)} in ${seconds} s`)
  return { name, outcome, seconds }
}

/** What a stage runs besides its test files, at the same time. The promises and the planted bugs count as one test each. */
const commandsOf = (stage: string): Promise<readonly Outcome[]> =>
  Promise.all(
    stage === 'simulation'
      ? [[], ['--mutants']].map(options => check('node', ['test/simulation/main.ts', ...options]))
      : [],
  )

const program = (name: string): string => (name === 'npm' ? name : join(root, 'node_modules/.bin', name))

async function statusOf(name: string, args: readonly string[], options: SpawnOptions): Promise<number | null> {
  const env = { ...process.env, NODE_COMPILE_CACHE: compiled }
  const [status] = await once(spawn(program(name), args, { cwd: root, env, ...options }), 'close')
  return status
}

async function check(name: string, args: readonly string[]): Promise<Outcome> {
  const status = await statusOf(name, args, { stdio: 'inherit' })
  const failed = status === 0 ? [] : [`${[name, ...args].join(' ')} ended with ${status}`]
  return { passed: 1 - failed.length, failed, skipped: [] }
}

async function runTests(files: readonly string[], workers: number): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'stillruf-tests-'))
  const report = join(folder, 'report.json')
  try {
    const status = await statusOf(
      'vitest',
      [
        ...['run', '--config', 'test/vitest.config.ts', `--maxWorkers=${workers}`],
        ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
        ...files,
      ],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    )
    return outcomeOf(existsSync(report) ? readFileSync(report, 'utf8') : null, status, root)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

process.exitCode = await main(process.argv.slice(2))
