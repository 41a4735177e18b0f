// Testing one button: explained first, then counted down, then proven or not.
import type { DeviceView } from '../../../../protocol/console.ts'
import { limits } from '../../../../protocol/limits.ts'
import type { WallTime } from '../../../../protocol/time.ts'
import { formatAge, formatClock } from '../format.ts'
import { type ButtonTest, gatewayNow, testKey } from '../model.ts'
import { useAction, usePage } from '../page.ts'
import { provenAt, type TestCourse, testCourse } from '../select.ts'
import { CheckIcon, ClockIcon, WarningIcon } from './icons.tsx'
import { ActionProblem } from './problem.tsx'

export const testMs = 120_000

type Props = {
  readonly device: DeviceView
  readonly button: DeviceView['buttons'][number]
  readonly onLeave: () => void
}

export function ButtonTestPanel(props: Props) {
  const { state } = usePage()
  const test = state.tests.get(testKey(props.device.id, props.button.id))
  return <div class="button-test">{test === undefined ? <Offer {...props} /> : <Running {...props} test={test} />}</div>
}

function Offer({ device, button, onLeave }: Props) {
  const { text, dispatch } = usePage()
  const action = useAction()
  const start = (): void =>
    action.run(
      api => api.startTest(device.id, button.id, testMs),
      ({ boot }) => dispatch({ kind: 'testStarted', device: device.id, button: button.id, durationMs: testMs, boot }),
    )
  return (
    <>
      <h3>{text('testTitle')}</h3>
      <p>{text('testExplain')}</p>
      <p>{text('testWarning', { seconds: limits.testToRealMs / 1000 })}</p>
      <ActionProblem action={action} />
      <div class="actions">
        <button type="button" class="primary" aria-disabled={action.pending} onClick={start}>
          {text(action.pending ? 'testStarting' : 'testStart')}
        </button>
        <button type="button" class="secondary" onClick={onLeave}>
          {text('cancel')}
        </button>
      </div>
    </>
  )
}

function Running({ device, button, onLeave, test }: Props & { readonly test: ButtonTest }) {
  const { state, text, dispatch } = usePage()
  const action = useAction()
  const leftMs = test.endsAt - gatewayNow(state)
  const course = testCourse(state, device, test)
  const lasts = course === 'running' || course === 'unheard'
  const leave = (): void => {
    dispatch({ kind: 'testLeft', device: device.id, button: button.id })
    onLeave()
  }
  /** Who is done ends the test, so that the button raises genuine alarms again at once. */
  const end = (): void => (lasts ? action.run(api => api.startTest(device.id, button.id, 0), leave) : leave())
  return (
    <>
      <div role="status">
        <TestResult proven={provenAt(state, device, button.id, test.startedAt)} course={course} />
      </div>
      {lasts && <p class="soft">{text('testLeft', { age: formatAge(leftMs, state.language) })}</p>}
      <ActionProblem action={action} />
      <div class="actions">
        <button type="button" class="secondary" aria-disabled={action.pending} onClick={end}>
          {text(lasts ? 'testEnd' : 'done')}
        </button>
      </div>
    </>
  )
}

type ResultProps = { readonly proven: WallTime | null; readonly course: TestCourse }

const problems = { unheard: 'testUnheard', restarted: 'testRestarted', over: 'testEnded' } as const

/** That a press arrived is no reason to keep quiet about a device that takes the next one for genuine. */
function TestResult({ proven, course }: ResultProps) {
  const { state, text } = usePage()
  if (proven !== null && course !== 'restarted')
    return (
      <p class="confirmation">
        <CheckIcon /> <span>{text('testProven', { time: formatClock(proven, state.language) })}</span>
      </p>
    )
  if (course === 'running')
    return (
      <p class="confirmation waiting">
        <ClockIcon /> <span>{text('testRunning')}</span>
      </p>
    )
  return (
    <p class="problem">
      <WarningIcon /> <span>{text(problems[course])}</span>
    </p>
  )
}
