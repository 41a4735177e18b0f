// Loaded before the gateway by the crash test: wraps the loop of protocol/step.ts so that the process kills itself with
// SIGKILL right before its n-th effect. The programs themselves know nothing of it.
import { registerHooks } from 'node:module'

const n = process.env.KILL_AT_EFFECT ?? '0'

registerHooks({
  load: (url, context, next) =>
    url.endsWith('/protocol/step.ts')
      ? { format: 'module', shortCircuit: true, source: wrapped(url) }
      : next(url, context),
})

const wrapped = (url: string): string => `
  import { startLoop as original } from '${url}?original'
  let effects = 0
  export const startLoop = options =>
    original({
      ...options,
      perform: effect => {
        effects += 1
        if (effects === ${n}) process.kill(process.pid, 'SIGKILL')
        options.perform(effect)
      },
    })
`
