// The protocol, told by what happens. Each transcript is a run as it was, compared line by line; `npx vitest run -u` with this
// file writes them anew.
import { expect, test } from 'vitest'
import { type Story, town } from './story.ts'
import { anna, bert, minuteMs, rathaus, takesAfter, zentrale } from './town.ts'

type Transcript = {
  /** Of the file, without its ending. */
  readonly name: string
  /** What to look at, line by line. */
  readonly lesson: readonly string[]
  readonly story: () => Story
  readonly untilMs: number
}

const asked = (...first: (typeof anna)[]) => ({ rules: { steps: [{ afterMs: 0, notify: first }] } })

const transcripts: readonly Transcript[] = [
  {
    name: 'press',
    lesson: [
      'The way of a press, from the finger to the close.',
      'After 30 ms a closed contact is a press. It leaves before its journal is written; the gateway tells a person in the step',
      'that asks for the record. The receipt comes only after the disk, and only then does the device forget.',
      'What the device shows, it shows because a person has taken the alarm.',
    ],
    story: () => town({ habits: { anna: takesAfter(12_000, 30_000) } }).press(),
    untilMs: minuteMs,
  },
  {
    name: 'nobody-takes-it',
    lesson: [
      'Nobody takes the alarm. The policy asks anna, a minute later bert, another minute later everybody.',
      'Past the last step the alarm is unanswered: a fault for those who look after the system, and the last step repeats.',
      'It never ends by itself.',
    ],
    story: () => town().press(),
    untilMs: 3 * minuteMs + 2000,
  },
  {
    name: 'two-take-it',
    lesson: [
      'Two people take the same alarm in the same moment. The first word counts; the other one is told who has it, and that',
      'there was a second one is on record.',
    ],
    story: () => {
      const inStep = { ...takesAfter(5000, 20_000), inStep: true }
      return town({ ...asked(anna, bert), habits: { anna: inStep, bert: inStep } }).press()
    },
    untilMs: minuteMs,
  },
  {
    name: 'network-down',
    lesson: [
      'The button is pressed while nothing passes between its device and the gateway. The device does not know yet that its',
      'connection is dead: it sends, hears no receipt, and sends again with a new number and a greater age. When the network is',
      'back the alarm is told with its true age, as late; further copies are known by their id and raise nothing.',
    ],
    story: () =>
      town({ habits: { anna: takesAfter(10_000) } })
        .cutOff(rathaus, 45_000)
        .later(5000)
        .press(),
    untilMs: minuteMs,
  },
  {
    name: 'gateway-killed',
    lesson: [
      'The gateway is killed after it has told a person and before its disk, which is full, has the alarm. It has promised nothing:',
      'the device still owes the press and sends it on the next connection. For the gateway it is a new alarm, and it is told again:',
      'a person who is called twice is better than one who is called never.',
    ],
    story: () => town().disk(zentrale, 'full', 3000).later(1000).press().later(200).crash(zentrale, 4000),
    untilMs: 20_000,
  },
  {
    name: 'full-disk',
    lesson: [
      'The disk of the gateway is full. The alarm is told at once and the fault as well; no receipt leaves. The device sends again',
      'and again. When there is room, what waited is written, the receipt follows, and the fault is over.',
    ],
    story: () =>
      town({ habits: { anna: takesAfter(15_000) } })
        .disk(zentrale, 'full', 20_000)
        .later(2000)
        .press(),
    untilMs: 40_000,
  },
  {
    name: 'power-lost',
    lesson: [
      'The device loses its power before anybody has heard of the press, and has no clock that runs without. Its journal gives the',
      'press back. How old it is only the wall clock can tell now, and that may be wrong: the alarm is told as late, whatever it says.',
    ],
    story: () =>
      town({ device: { hasClockBattery: false } })
        .cutOff(rathaus, 40_000)
        .later(10_000)
        .press()
        .later(2000)
        .powerCut(rathaus, 5000),
    untilMs: minuteMs,
  },
  {
    name: 'dead-connection',
    lesson: [
      'A responder’s connection is dead and nobody knows. The telling is not confirmed, and that is remembered: when the person',
      'connects again, beside the dead connection, the alarm is told again. Of what was confirmed nothing is repeated.',
    ],
    story: () => town().halfOpen(anna, 'both').later(1000).press(),
    untilMs: minuteMs - 1000,
  },
  {
    name: 'restart-in-mid-alarm',
    lesson: [
      'The gateway is killed while an alarm waits for its second step, and is back when the step is due. It knows from its record',
      'who was told and confirmed, and when the step comes; those who are coming back are waited for, so that nobody is called',
      'before their turn.',
    ],
    story: () => town().press().later(50_000).crash(zentrale, 11_000),
    untilMs: 75_000,
  },
  {
    name: 'silent-device',
    lesson: [
      'Nothing is heard of a device. That a connection ended proves nothing; its silence does, after thirty seconds. Whoever looks',
      'after devices is told, and told again when it is over.',
    ],
    story: () => town().cutOff(rathaus, minuteMs),
    untilMs: 2 * minuteMs,
  },
  {
    name: 'strangers',
    lesson: [
      'Somebody sends what is forged, what belongs to another device, and what was overheard. Nobody is called. Each attempt is on',
      'record, and the genuine press in between is told as if nothing had happened.',
    ],
    story: () =>
      town({ habits: { anna: takesAfter(5000, 10_000) } })
        .attack('forged')
        .later(1000)
        .attack('foreignDevice')
        .later(1000)
        .press()
        .later(30_000)
        .attack('replay'),
    untilMs: minuteMs,
  },
]

test.for(transcripts)('$name', async ({ name, lesson, story, untilMs }) => {
  const told = story().ends().transcript(untilMs)
  await expect(`${lesson.join('\n')}\n\n${told}`).toMatchFileSnapshot(`../transcripts/${name}.txt`)
})
