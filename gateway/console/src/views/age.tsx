// Times that are always true: counted from the gateway's clock, with the exact moment one hover away.
import type { WallTime } from '../../../../protocol/time.ts'
import { formatAge, formatExactly, formatMoment } from '../format.ts'
import { gatewayNow } from '../model.ts'
import { usePage } from '../page.ts'

const iso = (at: WallTime): string => new Date(at).toISOString()

/** "vor 3 min 05 s", counting up. */
export function Age({ since }: { readonly since: WallTime }) {
  const { state, text } = usePage()
  const now = gatewayNow(state)
  const age = formatAge(now - since, state.language)
  return (
    <time class="age" dateTime={iso(since)} title={formatExactly(since, now, state.language)}>
      {text('ago', { age })}
    </time>
  )
}

type Pressed = { readonly pressedAt: WallTime; readonly isAgeKnown: boolean }

/** Follows the word “pressed”. Where nobody knows how long ago it was, no time is made up [S9]. */
export function PressAge({ pressedAt, isAgeKnown }: Pressed) {
  const { text } = usePage()
  return isAgeKnown ? <Age since={pressedAt} /> : <span>{text('ageUnknown')}</span>
}

export function Moment({ at }: { readonly at: WallTime }) {
  const { state } = usePage()
  const now = gatewayNow(state)
  return (
    <time dateTime={iso(at)} title={formatExactly(at, now, state.language)}>
      {formatMoment(at, now, state.language)}
    </time>
  )
}
