// Times that are always true: counted from the gateway's clock, with the exact moment one hover away.
import type { WallTime } from '../../../../protocol/time.ts'
import { formatAge, formatClock, formatMoment } from '../format.ts'
import { gatewayNow } from '../model.ts'
import { usePage } from '../page.ts'

const iso = (at: WallTime): string => new Date(at).toISOString()

/** "vor 3 min 05 s", counting up. */
export function Age({ since }: { readonly since: WallTime }) {
  const { state, text } = usePage()
  const age = formatAge(gatewayNow(state) - since, state.language)
  return (
    <time class="age" dateTime={iso(since)} title={formatClock(since, state.language)}>
      {text('ago', { age })}
    </time>
  )
}

export function Moment({ at }: { readonly at: WallTime }) {
  const { state } = usePage()
  return (
    <time dateTime={iso(at)} title={formatClock(at, state.language)}>
      {formatMoment(at, gatewayNow(state), state.language)}
    </time>
  )
}
