// Loaded before the device program by the bench: wraps the loop of protocol/step.ts and appends to the file STAMPS when the
// contact closed and when a press was retired, both by the machine's monotonic clock. The program itself knows nothing of it.
import { registerHooks } from 'node:module'

registerHooks({
  load: (url, context, next) =>
    url.endsWith('/protocol/step.ts')
      ? { format: 'module', shortCircuit: true, source: wrapped(url) }
      : next(url, context),
})

const wrapped = (url: string): string => `
  import { appendFileSync } from 'node:fs'
  import { startLoop as original } from '${url}?original'
  export { remembering } from '${url}?original'
  const stamp = (what, at) => appendFileSync(process.env.STAMPS, JSON.stringify({ what, at }) + '\\n')
  export const startLoop = options => {
    const loop = original({
      ...options,
      perform: effect => {
        const at = Number(process.hrtime.bigint()) / 1e6
        options.perform(effect)
        if (effect.kind === 'journal' && effect.entry.kind === 'retired') stamp('retired', at)
      },
    })
    return {
      ...loop,
      dispatch: event => {
        if (event.kind === 'edgeSeen' && event.level === 'closed') stamp('closed', event.stampedAt)
        loop.dispatch(event)
      },
    }
  }
`
