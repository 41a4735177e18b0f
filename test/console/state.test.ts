import { expect, test } from 'vitest'
import {
  initialState,
  type LoggedOutBecause,
  type PageEvent,
  type State,
  silenceMs,
} from '../../gateway/console/src/model.ts'
import {
  begunDraft,
  faultDetail,
  loginEnding,
  openAlarms,
  provenAt,
  sirenWanted,
  testCourse,
  waitingCalls,
  zemagAdvice,
} from '../../gateway/console/src/select.ts'
import { reduce } from '../../gateway/console/src/state.ts'
import type { DeviceView } from '../../protocol/console.ts'
import type { BootId } from '../../protocol/ids.ts'
import { same, text } from '../../protocol/text.ts'
import {
  alarmId,
  alarmView,
  boot,
  button,
  device,
  faultNotification,
  later,
  noon,
  notificationOf,
  overviewOf,
  people,
  sessionOf,
  takenBy,
} from './samples.ts'

const after = (state: State, ...events: readonly PageEvent[]): State => events.reduce(reduce, state)
const start = initialState(null, { kind: 'alarms' }, 0)
const loggedIn = after(start, { kind: 'loggedIn', session: sessionOf('wache'), at: 0 })
/** Connected at `at` 1000 of the browser's clock, which is noon at the gateway. */
const connected = after(loggedIn, { kind: 'overview', overview: overviewOf([]), at: 1000 })

const told = (
  alarm = alarmView(1),
  reason: Parameters<typeof notificationOf>[2] = 'first',
  number = 1,
  ageMs = 0,
): PageEvent => ({
  kind: 'notification',
  message: notificationOf(alarm, 'wache', reason, number, ageMs),
  at: 1000,
})
const shown = (alarm = alarmView(1)): PageEvent => ({ kind: 'alarm', alarm, at: 1000 })

test('being told of an alarm fills the screen, and the telling waits to be confirmed', () => {
  const state = after(connected, told())
  expect([...state.calls.keys()]).toEqual([alarmId(1)])
  expect(state.unconfirmed).toEqual([`${alarmId(1)}/1`])
  expect(sirenWanted(state)).toBe(true)
})

test('an alarm of which this account was not told does not fill the screen', () => {
  const state = after(connected, shown())
  expect(state.calls.size).toBe(0)
  expect(openAlarms(state).map(alarm => alarm.id)).toEqual([alarmId(1)])
})

test.each(['first', 'escalated', 'repeat', 'repeatPress', 'reconnected'] as const)(
  'a telling because of %s calls',
  reason => {
    expect(after(connected, told(alarmView(1), reason)).calls.size).toBe(1)
  },
)

test('when somebody else takes the alarm, the screen steps back and names them', () => {
  const state = after(connected, told(), shown(takenBy(alarmView(1), 'empfang')))
  expect(state.calls.size).toBe(0)
  expect(sirenWanted(state)).toBe(false)
  expect(state.notices).toMatchObject([{ kind: 'taken', alarm: alarmId(1), by: people.empfang }])
})

test('an alarm that somebody took without being named is taken, not closed', () => {
  const state = after(connected, told(), shown({ ...takenBy(alarmView(1), 'empfang'), acknowledgedBy: null }))
  expect(state.notices).toMatchObject([{ kind: 'taken', alarm: alarmId(1), by: null }])
})

test('the name of the taker is filled in when it comes after the telling', () => {
  const unnamed = after(connected, told(), told(alarmView(1), 'takenOver', 2))
  expect(unnamed.notices).toMatchObject([{ kind: 'taken', by: null }])
  expect(unnamed.calls.size).toBe(0)
  const named = after(unnamed, shown(takenBy(alarmView(1), 'empfang')))
  expect(named.notices).toMatchObject([{ kind: 'taken', by: people.empfang }])
})

test('a telling that was overtaken by the takeover calls nobody', () => {
  const state = after(connected, shown(takenBy(alarmView(1), 'empfang')), told(alarmView(1), 'repeat'))
  expect(state.calls.size).toBe(0)
})

test('a closed alarm never opens again because of an older view', () => {
  const closed = alarmView(1, { state: 'closed', outcome: 'noIncident', closedBy: people.wache, closedAt: noon })
  const state = after(connected, told(), shown(closed), shown(alarmView(1)))
  expect(state.alarms.get(alarmId(1))?.state).toBe('closed')
  expect(state.calls.size).toBe(0)
})

test('all waiting alarms stay, genuine ones first, the oldest on top', () => {
  const fresh = alarmView(1, { pressedAt: later(noon, 5000) })
  const late = alarmView(2, { pressedAt: later(noon, -600_000), late: true })
  const drill = alarmView(3, { kind: 'test', pressedAt: later(noon, -900_000) })
  const state = after(connected, told(fresh), told(drill), told(late), shown(fresh), shown(late), shown(drill))
  expect(waitingCalls(state).map(call => call.alarm)).toEqual([alarmId(2), alarmId(1), alarmId(3)])
})

test('the age comes from the gateway, whatever the browser’s clock says', () => {
  const state = after(connected, told(alarmView(1), 'first', 1, 47_000))
  expect(waitingCalls(state)[0]?.pressedAt).toBe(later(noon, -47_000))
  const resynchronised = after(state, { kind: 'heartbeat', now: later(noon, 60_000), at: 11_000 })
  expect(resynchronised.offset).toBe(noon + 60_000 - 11_000)
})

test('stepping back hides nothing for long: the next telling fills the screen again', () => {
  const back = after(connected, told(), { kind: 'steppedBack' })
  expect(back.steppedBack).toBe(true)
  expect(back.calls.size).toBe(1)
  expect(after(back, told(alarmView(1), 'repeat', 2)).steppedBack).toBe(false)
})

test('stepping back ends with the last waiting alarm, so that the next one fills the screen', () => {
  const state = after(connected, told(), { kind: 'steppedBack' }, shown(takenBy(alarmView(1), 'empfang')))
  expect(state.steppedBack).toBe(false)
})

test('silencing the signal lasts until the next telling, of this alarm or another', () => {
  const hushed = after(connected, told(), { kind: 'hushed' })
  expect(sirenWanted(hushed)).toBe(false)
  expect(sirenWanted(after(hushed, shown()))).toBe(false)
  expect(sirenWanted(after(hushed, told(alarmView(1), 'repeat', 2)))).toBe(true)
  expect(sirenWanted(after(hushed, told(alarmView(2))))).toBe(true)
})

test('a test alarm calls without the siren', () => {
  const state = after(connected, told(alarmView(1, { kind: 'test' })))
  expect(state.calls.size).toBe(1)
  expect(sirenWanted(state)).toBe(false)
})

test('more presses are shown, and never fewer than before', () => {
  const state = after(connected, told(alarmView(1, { presses: 3 })), told(alarmView(1, { presses: 2 }), 'repeat', 2))
  expect(waitingCalls(state)[0]?.presses).toBe(3)
})

test('two missed heartbeats are a lost connection', () => {
  const silent = after(connected, { kind: 'ticked', at: 1000 + silenceMs })
  expect(silent.connection.kind).toBe('live')
  const lost = after(silent, { kind: 'ticked', at: 1001 + silenceMs })
  expect(lost.connection).toEqual({ kind: 'lost', lastContact: noon, why: null })
})

test('anything that the gateway says counts as a sign of life', () => {
  const state = after(connected, { kind: 'faults', faults: [], at: 15_000 }, { kind: 'ticked', at: 30_000 })
  expect(state.connection.kind).toBe('live')
})

test('a gateway that takes the connection but never greets is a lost connection', () => {
  expect(after(loggedIn, { kind: 'ticked', at: 10_001 }).connection.kind).toBe('lost')
})

test('only an overview ends a loss, and it replaces everything', () => {
  const lost = after(connected, told(), shown(), { kind: 'connectionLost', why: null })
  const still = after(lost, { kind: 'heartbeat', now: noon, at: 2000 })
  expect(still.connection.kind).toBe('lost')
  const fresh = after(still, { kind: 'overview', overview: overviewOf([alarmView(2)]), at: 3000 })
  expect(fresh.connection.kind).toBe('live')
  expect([...fresh.alarms.keys()]).toEqual([alarmId(2)])
  expect(fresh.history.state).toBe('stale')
})

test('an alarm that ended during the loss leaves the screen and is said', () => {
  const lost = after(connected, told(), { kind: 'connectionLost', why: null })
  const fresh = after(lost, { kind: 'overview', overview: overviewOf([]), at: 3000 })
  expect(fresh.calls.size).toBe(0)
  expect(fresh.notices).toMatchObject([{ kind: 'closed', alarm: alarmId(1) }])
})

test('an alarm that still waits after the loss still fills the screen', () => {
  const lost = after(connected, told(), shown(), { kind: 'connectionLost', why: null })
  expect(lost.calls.size).toBe(1)
  expect(after(lost, { kind: 'overview', overview: overviewOf([alarmView(1)]), at: 3000 }).calls.size).toBe(1)
})

test('after a reload, an alarm that this account was told of before fills the screen again', () => {
  const told = overviewOf([alarmView(1, { told: [people.wache] }), alarmView(2, { told: [people.empfang] })])
  const state = after(loggedIn, { kind: 'overview', overview: told, at: 1000 })
  expect([...state.calls.keys()]).toEqual([alarmId(1)])
})

test('a fault that this account is told of is a notice, not an alarm', () => {
  const message = faultNotification('wache', 'rathaus-1/lineCut/tresen')
  const state = after(connected, { kind: 'notification', message, at: 1000 })
  expect(state.calls.size).toBe(0)
  const fault = { code: 'lineCut', source: 'rathaus-1', subject: 'tresen', detail: same('') }
  expect(state.notices).toMatchObject([{ kind: 'fault', fault }])
  expect(state.unconfirmed).toEqual(['gateway/7'])
})

test('the detail of a fault is read in the language of the page; a fault of the gateway without one is known by its subject', () => {
  const fault = { code: 'storeFailed', source: 'gateway', subject: 'records' } as const
  const detail = text('keine Antwort', 'no answer')
  expect(faultDetail({ ...fault, detail }, 'de')).toBe('keine Antwort')
  expect(faultDetail({ ...fault, detail }, 'en')).toBe('no answer')
  expect(faultDetail({ ...fault, detail: same('') }, 'en')).toBe('records')
})

test('that a fault is over takes the place of what was said of it, and of no other fault', () => {
  const heard = (reason: 'fault' | 'faultCleared', number: number, fault: string): PageEvent => ({
    kind: 'notification',
    message: faultNotification('wache', fault, reason, number),
    at: 1000,
  })
  const [cut, silent] = ['rathaus-1/lineCut/tresen', 'rathaus-1/deviceSilent/device']
  const state = after(connected, heard('fault', 1, cut), heard('fault', 2, silent), heard('faultCleared', 3, cut))
  expect(state.notices).toMatchObject([
    { kind: 'fault', key: silent },
    { kind: 'faultCleared', key: cut },
  ])
  expect(state.unconfirmed).toEqual(['gateway/1', 'gateway/2', 'gateway/3'])
})

test.each(['overview', 'faults'] as const)('a fault that is not active any more is no news, says the next %s', kind => {
  const raised = (number: number, fault: string | null): PageEvent => ({
    kind: 'notification',
    message: faultNotification('wache', fault, 'fault', number),
    at: 1000,
  })
  const silent = { code: 'deviceSilent', severity: 'critical', source: 'rathaus-1', subject: 'device' } as const
  const first = { ...silent, detail: same('30 s'), since: noon }
  const active = 'rathaus-1/deviceSilent/device'
  const ended = 'rathaus-1/deviceSilent/ended'
  const state = after(connected, raised(1, active), raised(2, ended), raised(3, null))
  const overview = { ...overviewOf([]), faults: [first] }
  const now: PageEvent = kind === 'faults' ? { kind, faults: [first], at: 2000 } : { kind, overview, at: 2000 }
  expect(after(state, now).notices).toMatchObject([
    { key: active, fault: first },
    { key: 'gateway/3', fault: null },
  ])
})

test('who looks at an alarm sees there what became of it, without a notice', () => {
  const looking = after(connected, { kind: 'routed', route: { kind: 'alarm', alarm: alarmId(1) } })
  expect(after(looking, told(), shown(takenBy(alarmView(1), 'empfang'))).notices).toEqual([])
})

test('a closed alarm joins the list of closed ones at once', () => {
  const loaded = after(connected, {
    kind: 'historyLoaded',
    before: null,
    alarms: [alarmView(1, { state: 'closed' })],
    complete: true,
  })
  const state = after(loaded, shown(alarmView(2, { state: 'closed', outcome: 'falseAlarm' })))
  expect(state.history.alarms.map(alarm => alarm.id)).toEqual([alarmId(2), alarmId(1)])
})

test('an old alarm that is closed while the list is open moves no page of it', () => {
  const closed = (sequence: number) => alarmView(sequence, { state: 'closed' })
  const page = (before: number | null, ...sequences: readonly number[]): PageEvent => ({
    kind: 'historyLoaded',
    before,
    alarms: sequences.map(closed),
    complete: false,
  })
  const oldest = (state: State) => state.history.oldest
  const list = (state: State) => state.history.alarms.map(alarm => alarm.id)
  const first = after(connected, page(null, 9, 8), shown(closed(1)))
  expect(oldest(first)).toBe(80)
  const second = after(first, page(80, 7, 6))
  expect(list(second)).toEqual([9, 8, 7, 6, 1].map(alarmId))
  expect(oldest(second)).toBe(60)
  const anew = after(second, { kind: 'overview', overview: overviewOf([]), at: 2000 }, page(null, 10, 9))
  expect(list(after(anew, page(60, 5, 4)))).toEqual([10, 9].map(alarmId))
})

test('months of closed alarms do not pile up in the page', () => {
  const closed = Array.from({ length: 500 }, (_, index) => shown(alarmView(index + 1, { state: 'closed' })))
  const state = after(connected, shown(alarmView(900)), ...closed)
  expect(state.alarms.size).toBeLessThanOrEqual(201)
  expect(state.alarms.has(alarmId(900))).toBe(true)
})

test('logging out leaves nothing in the page but the gateway’s name, the language, and that alarms were open', () => {
  const state = after(connected, { kind: 'languageChosen', language: 'en' }, told(), shown(), {
    kind: 'loggedOut',
    gateway: null,
    why: { kind: 'ended' },
  })
  expect(state.alarms.size + state.calls.size + state.devices.length + state.notices.length).toBe(0)
  expect(state.access).toEqual({
    kind: 'loggedOut',
    gateway: 'Rathaus Lindenau',
    why: { kind: 'ended' },
    alarmsOpen: true,
  })
  expect(state.language).toBe('en')
})

test.each([
  [1_800_001, 'later'],
  [1_800_000, 'soon'],
  [1, 'soon'],
  [0, 'overdue'],
] as const)('with %i ms left, the login ends %s; by the gateway’s clock', (leftMs, ending) => {
  const known: PageEvent = { kind: 'sessionKnown', session: sessionOf('wache', later(noon, leftMs)) }
  expect(loginEnding(after(connected, known))).toBe(ending)
  expect(loginEnding(after(loggedIn, known))).toBe('later') // not heard of the gateway's clock yet
})

test('unsaved words outlast the end of a login for their account, and for no other', () => {
  const begun = after(connected, { kind: 'draftEdited', alarm: alarmId(1), part: { summary: 'Bedrohung' } })
  const words = (why: LoggedOutBecause, who: keyof typeof people) => {
    const session = sessionOf(who)
    const out: PageEvent = { kind: 'loggedOut', gateway: null, why }
    return begunDraft(after(begun, out, { kind: 'loggedIn', session, at: 0 }), alarmId(1))?.summary
  }
  expect(words({ kind: 'ended' }, 'wache')).toBe('Bedrohung')
  expect(words({ kind: 'replaced', by: 'Leitstand' }, 'wache')).toBe('Bedrohung')
  expect(words({ kind: 'ended' }, 'empfang')).toBeUndefined()
  expect(words({ kind: 'asked' }, 'wache')).toBeUndefined()
})

test('why a page is refused is kept for as long as the gateway says so', () => {
  const why = { de: 'Zu viele.', en: 'Too many.' }
  const refused = after(connected, { kind: 'connectionLost', why: null }, { kind: 'connectionLost', why })
  expect(refused.connection).toMatchObject({ kind: 'lost', why })
  expect(after(refused, { kind: 'connectionLost', why: null }).connection).toMatchObject({ kind: 'lost', why: null })
})

test('the language that a person chose stands above the account’s', () => {
  const english = { ...sessionOf('wache'), language: 'en' } as const
  expect(after(start, { kind: 'loggedIn', session: english, at: 0 }).language).toBe('en')
  const german = initialState('de', { kind: 'alarms' }, 0)
  expect(after(german, { kind: 'loggedIn', session: english, at: 0 }).language).toBe('de')
})

test('a button is proven only by a press after its test began', () => {
  const started = after(connected, {
    kind: 'testStarted',
    device: device('rathaus-1'),
    button: button('tresen'),
    durationMs: 120_000,
    boot,
  })
  const view = started.devices[0]
  const since = started.tests.get('rathaus-1/tresen')?.startedAt
  if (view === undefined || since === undefined) throw new Error('the sample has no such device')
  expect(provenAt(started, view, button('tresen'), since)).toBeNull()
  const pressedAt = later(since, 3000)
  const pressed = after(started, shown(alarmView(1, { kind: 'test', pressedAt })))
  expect(provenAt(pressed, view, button('tresen'), since)).toBe(pressedAt)
  expect(provenAt(pressed, view, button('kasse'), since)).toBeNull()
})

test('a test ends with the start of the device that it was asked of: what is pressed then is genuine', () => {
  const started = after(connected, {
    ...{ kind: 'testStarted', device: device('rathaus-1'), button: button('tresen') },
    ...{ durationMs: 120_000, boot },
  })
  const course = (seen: Partial<DeviceView>, state = started) => {
    const [view, test] = [state.devices[0], state.tests.get('rathaus-1/tresen')]
    if (view === undefined || test === undefined) throw new Error('the sample has no such device')
    return testCourse(state, { ...view, ...seen }, test)
  }
  expect(course({})).toBe('running')
  expect(course({ boot: 'fedcba9876543210' as BootId })).toBe('restarted')
  expect(course({ state: 'silent' })).toBe('unheard')
  expect(course({ state: 'unknown', boot: null })).toBe('unheard')
  expect(course({}, after(started, { kind: 'ticked', at: started.at + 120_000 }))).toBe('over')
})

test.each([
  [null, null, 'none'],
  [1, 'criminalComplaint', 'levelTooLow'],
  [2, null, 'none'],
  [2, 'none', 'noGround'],
  [3, 'houseBan', 'houseBan'],
  [2, 'applicationForProsecution', 'reportable'],
  [3, 'criminalComplaint', 'reportable'],
] as const)('level %s with ground %s: the form says %s', (level, ground, advice) => {
  expect(zemagAdvice(level, ground)).toBe(advice)
})
