// How the rules of the step are joined: each takes a change so far and continues it. Also the one place that numbers sendings.
import type { Unsigned } from '../../protocol/codec.ts'
import type { ButtonId } from '../../protocol/ids.ts'
import type { DeviceMessage, StatusMessage } from '../../protocol/messages.ts'
import type { Button, Effect, Link, LinkId, State } from './model.ts'

export type Change = { readonly state: State; readonly effects: readonly Effect[] }

export const unchanged = (state: State): Change => ({ state, effects: [] })

export const withState = (change: Change, patch: Partial<State>): Change => ({
  state: { ...change.state, ...patch },
  effects: change.effects,
})

export const withEffect = (change: Change, effect: Effect): Change => ({
  state: change.state,
  effects: [...change.effects, effect],
})

/** Continues the change once for each item. */
export const each = <Item>(
  change: Change,
  items: Iterable<Item>,
  rule: (change: Change, item: Item) => Change,
): Change => [...items].reduce(rule, change)

export function withButton(change: Change, id: ButtonId, patch: Partial<Button>): Change {
  const button = change.state.buttons.get(id)
  if (button === undefined) return change
  return withState(change, { buttons: new Map(change.state.buttons).set(id, { ...button, ...patch }) })
}

export function withLink(change: Change, id: LinkId, patch: Partial<Link>): Change {
  const link = change.state.links.get(id)
  if (link === undefined) return change
  return withState(change, { links: new Map(change.state.links).set(id, { ...link, ...patch }) })
}

export const linksUp = (state: State): readonly Link[] => [...state.links.values()].filter(link => link.state === 'up')

export type Numbered = Exclude<DeviceMessage, StatusMessage>
/** What differs between the messages of a device; the rest is the same in all. */
export type Body = Numbered extends infer Each
  ? Each extends Numbered
    ? Omit<Each, 'v' | 'device' | 'boot' | 'n' | 'clockErrorMs' | 'sig'>
    : never
  : never

/** Sends on one connection, with a number that no sending of this boot had before [D15]. */
export function send(change: Change, link: Link, body: Body): Change {
  const { settings, clockErrorMs } = change.state
  const n = change.state.n + 1
  const message: Unsigned<Numbered> = { v: 1, device: settings.device, boot: settings.boot, n, clockErrorMs, ...body }
  return withEffect(withState(change, { n }), { kind: 'publish', link: link.id, session: link.session, message })
}

/** Sends on every connection that stands, each time under its own number. */
export const sendToAll = (change: Change, body: Body): Change =>
  each(change, linksUp(change.state), (next, link) => send(next, link, body))
