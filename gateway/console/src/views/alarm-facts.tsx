// What is known of an alarm, as a list of names and values.
import type { ComponentChildren } from 'preact'
import type { AlarmView, PersonView } from '../../../../protocol/console.ts'
import type { WallTime } from '../../../../protocol/time.ts'
import { usePage } from '../page.ts'
import { seesPersons } from '../select.ts'
import { Moment } from './age.tsx'

export function AlarmFacts({ alarm }: { readonly alarm: AlarmView }) {
  const { state, text } = usePage()
  const told = alarm.told.map(person => person.name).join(', ')
  return (
    <aside class="facts" aria-labelledby="facts-title">
      <h2 id="facts-title">{text('facts')}</h2>
      <dl>
        <Fact name={text('pressed')}>{alarm.isAgeKnown ? <Moment at={alarm.pressedAt} /> : text('ageUnknown')}</Fact>
        <Fact name={text('received')}>
          <Moment at={alarm.receivedAt} />
        </Fact>
        {seesPersons(state) && <Fact name={text('told')}>{told === '' ? text('toldNobody') : told}</Fact>}
        <PersonFact name={text('takenAt')} person={alarm.acknowledgedBy} at={alarm.acknowledgedAt} />
        <PersonFact name={text('closedAt')} person={alarm.closedBy} at={alarm.closedAt} />
        <Fact name={text('button')}>{alarm.place.button}</Fact>
        <Fact name={text('device')}>{alarm.device}</Fact>
      </dl>
    </aside>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

type PersonProps = { readonly name: string; readonly person: PersonView | null; readonly at: WallTime | null }

function PersonFact({ name, person, at }: PersonProps) {
  if (at === null) return null
  return (
    <Fact name={name}>
      {person !== null && <>{person.name}, </>}
      <Moment at={at} />
    </Fact>
  )
}
