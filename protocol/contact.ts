// What a device says of the contacts of a button: how it is wired, how it moved at a press, what it is now.
import { type Static, Type } from 'typebox'
import { count, duration, oneOf } from './shapes.ts'

/**
 * normallyOpen: one contact that a press closes. normallyClosed: one that a press opens. antivalent: one of each, moved by the
 * same press. twoHand: two that a press closes together.
 */
export const wirings = ['normallyOpen', 'normallyClosed', 'antivalent', 'twoHand'] as const
export type WiringKind = (typeof wirings)[number]

/** What a heartbeat says of a button. */
export const lineStates = ['atRest', 'pressed', 'latched', 'disputed', 'failed'] as const
export type LineState = (typeof lineStates)[number]

/** How the contact moved, so that a stuck, a bounced and a real press can be told apart afterwards. */
export const contact = Type.Object(
  {
    wiring: oneOf(wirings, 'How the button is wired. `antivalent` and `twoHand`: two contacts showed the press'),
    edges: count('Edges seen until the press was confirmed, of all contacts of the button'),
    heldMs: duration(
      'From the first edge until the press was confirmed; what exceeds the confirmation time was bounce',
    ),
    confirmedBy: oneOf(
      ['held', 'chatter', 'pulse', 'heldAtStart', 'release'],
      'Why this is a press: held for the confirmation time; chattering without end; over before the program could look; held already at the start; over at all, which a cut wire would not be',
    ),
    timeSource: oneOf(['kernel', 'arrival'], 'Who stamped the first edge'),
  },
  { additionalProperties: false, description: 'How the contact moved' },
)
export type ContactReport = Static<typeof contact>
