// Why something did not work, next to what was tried.
import { type Action, usePage } from '../page.ts'
import { WarningIcon } from './icons.tsx'

export function ActionProblem({ action }: { readonly action: Pick<Action, 'problem'> }) {
  const { state, text } = usePage()
  const { problem } = action
  if (problem === null) return null
  return (
    <span role="alert" class="problem">
      <WarningIcon />
      <span>{problem === 'unreachable' ? text('unreachable') : problem[state.language]}</span>
    </span>
  )
}
