// Why something did not work, next to what was tried, and in sight.
import { useEffect, useRef } from 'preact/hooks'
import { type Action, usePage } from '../page.ts'
import { WarningIcon } from './icons.tsx'

export function ActionProblem({ action }: { readonly action: Pick<Action, 'problem'> }) {
  const { state, text } = usePage()
  const { problem } = action
  const place = useRef<HTMLSpanElement>(null)
  useEffect(() => place.current?.scrollIntoView({ block: 'nearest' }), [problem])
  if (problem === null) return null
  return (
    <span ref={place} role="alert" class="problem">
      <WarningIcon />
      <span>{problem === 'unreachable' ? text('unreachable') : problem[state.language]}</span>
    </span>
  )
}
