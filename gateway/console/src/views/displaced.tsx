// A page that gave way to others of the same browser: it says so, and comes back only if a person wants it.
import type { Session } from '../../../../protocol/console.ts'
import { limits } from '../../../../protocol/limits.ts'
import { usePage } from '../page.ts'
import { DoorCard } from './door-card.tsx'
import { CutIcon } from './icons.tsx'

export function Displaced({ session }: { readonly session: Session }) {
  const { text, dispatch } = usePage()
  return (
    <>
      <div role="alert" class="loss-banner">
        <CutIcon />
        <div>
          <strong>{text('displacedTitle')}</strong>
          <span>{text('displacedDetail', { count: limits.streamsPerSessionMax })}</span>
        </div>
      </div>
      <DoorCard title={session.gateway}>
        <button
          type="button"
          class="primary"
          onClick={() => dispatch({ kind: 'loggedIn', session, at: performance.now() })}
        >
          {text('displacedResume')}
        </button>
      </DoorCard>
    </>
  )
}
