// Loaded before the device program by the bench: wraps the loop of protocol/step.ts and prints, on standard output, when the
// contact closed and when a press was retired, both by the machine's monotonic clock. The program itself knows nothing of it.
import { registerHooks } from 'node:module'

registerHooks({
  load: (url, context, next) =>
    url.endsWith('/protocol/step.ts')
      ? { format: 'module', shortCircuit: true, source: wrapped(url) }
      : next(url, context),
})

const wrapped = (url: string): string => `
  import { writeSync } from 'node:fs'
  import { startLoop as original } from '${url}?original'
  const print = line => writeSync(1, JSON.stringify(line) + '\\n')
  export const startLoop = options => {
    const loop = original({
      ...options,
      perform: effect => {
        if (effect.kind === 'journal' && effect.entry.kind === 'retired')
          print({ stamp: 'retired', press: effect.entry.press, at: Number(process.hrtime.bigint()) / 1e6 })
        options.perform(effect)
      },
    })
    return {
      ...loop,
      dispatch: event => {
        if (event.kind === 'edgeSeen' && event.level === 'closed')
          print({ stamp: 'closed', button: event.button, at: event.stampedAt })
        loop.dispatch(event)
      },
    }
  }
`
