// Lines without hardware: contacts and outputs in memory, moved from another process through a socket. Stands in for a board in
// demonstrations and tests; time stamps are exact, as a kernel's are.
import { monotonicNow } from './clock.ts'
import { addressKey, assertAddress, closedLine, describeAddress, openAlready } from './line-address.ts'
import {
  type InputLine,
  type InputOptions,
  type LineAddress,
  type LineBackend,
  LineError,
  type LineTarget,
  type LineText,
  type OutputLine,
  type OutputOptions,
} from './lines.ts'
import type { LineCommand, LineRequest } from './simulated-command.ts'
import { bounceMoments, Contact, chatterMoments, type MotionEnd, pressMoments } from './simulated-contact.ts'
import { type Answer, ask, listenForRequests } from './simulated-socket.ts'

export type { LineCommand } from './simulated-command.ts'

export type SimulatedOptions = {
  /** Where other processes reach the lines. The socket of a dead process is replaced. */
  readonly socketPath: string
  /** Contacts that are closed before anybody opens their line. */
  readonly closedAtStart?: readonly LineTarget[]
}

/** What an output did, oldest first: its state when opened and every change since, the latest thousand. */
export type OutputHistory = {
  readonly line: LineAddress
  readonly changes: readonly { readonly at: number; readonly active: boolean }[]
}

type Output = { readonly line: LineAddress; changes: { readonly at: number; readonly active: boolean }[] }

const outputChangesMax = 1000

/**
 * Every chip and offset exists; a contact is open until moved, and keeps its level when its line is closed.
 * @throws LineError if the socket cannot be had.
 */
export async function createSimulatedBackend(options: SimulatedOptions): Promise<LineBackend> {
  const bench = new Bench(options.closedAtStart ?? [])
  const listening = await listenForRequests(options.socketPath, request => bench.answer(request))
  return {
    name: 'simulated',
    openInput: async input => bench.openInput(input),
    openOutput: async output => bench.openOutput(output),
    [Symbol.asyncDispose]: async () => {
      bench[Symbol.dispose]()
      await listening[Symbol.asyncDispose]()
    },
  }
}

/** @throws LineError with one sentence: nobody listens there, the line is not known there, or the command is malformed. */
export async function sendLineCommand(socketPath: string, command: LineCommand): Promise<void> {
  await ask(socketPath, command)
}

/** What the outputs of the device behind the socket did. @throws LineError as `sendLineCommand`. */
export async function readOutputs(socketPath: string): Promise<readonly OutputHistory[]> {
  const answer = await ask(socketPath, { kind: 'outputs' })
  return answer.outputs as readonly OutputHistory[]
}

/** The contacts and outputs as they would lie on a workbench. */
class Bench implements Disposable {
  readonly #contacts = new Map<string, Contact>()
  readonly #outputs = new Map<string, Output>()
  readonly #taken = new Set<string>()
  #closed = false

  constructor(closedAtStart: readonly LineTarget[]) {
    for (const address of closedAtStart) {
      assertAddress(address)
      this.#contacts.set(addressKey(address), new Contact('closed'))
    }
  }

  openInput(options: InputOptions): InputLine {
    const key = this.#take(options.address)
    const contact = this.#contacts.get(key) ?? new Contact('open')
    this.#contacts.set(key, contact)
    if (contact.failure !== null) {
      this.#taken.delete(key)
      const line = describeAddress(options.address)
      throw new LineError({
        de: `${line.de} ist ausgefallen: ${contact.failure}. Sie zuerst wiederherstellen.`,
        en: `${line.en} has failed: ${contact.failure}. Let it recover first.`,
      })
    }
    contact.listen(options)
    let open = true
    return {
      read: async () => (open && contact.failure === null ? contact.level : null),
      [Symbol.asyncDispose]: async () => {
        if (!open) return
        open = false
        contact.listen(null)
        this.#taken.delete(key)
      },
    }
  }

  openOutput(options: OutputOptions): OutputLine {
    const { address } = options
    const key = this.#take(address)
    assertAddress(address)
    const output = this.#outputs.get(key) ?? { line: address, changes: [] }
    this.#outputs.set(key, output)
    let open = true
    record(output, false)
    return {
      set: async active => {
        if (!open) throw new LineError(closedLine(describeAddress(options.address)))
        record(output, active)
      },
      [Symbol.asyncDispose]: async () => {
        if (!open) return
        open = false
        record(output, false)
        this.#taken.delete(key)
      },
    }
  }

  async answer(request: LineRequest): Promise<Answer> {
    if (request.kind === 'outputs') return { ok: true, outputs: [...this.#outputs.values()] }
    const contact = this.#contacts.get(addressKey(request.line))
    if (contact === undefined) return { ok: false, error: this.#unknownLine(request.line) }
    const motion = carryOut(contact, request)
    if (motion === null || !('answer' in request) || request.answer !== 'finished') return { ok: true }
    if ((await motion) === 'finished') return { ok: true }
    const line = describeAddress(request.line)
    return {
      ok: false,
      error: {
        de: `${line.de} wurde anders bewegt, bevor „${request.kind}“ zu Ende war.`,
        en: `${line.en} was moved otherwise before the ${request.kind} ended.`,
      },
    }
  }

  [Symbol.dispose](): void {
    this.#closed = true
    for (const contact of this.#contacts.values()) contact[Symbol.dispose]()
  }

  #take(address: LineTarget): string {
    if (this.#closed)
      throw new LineError({
        de: 'Die nachgebildeten Leitungen sind geschlossen. Sie neu anlegen, bevor eine Leitung geöffnet wird.',
        en: 'The simulated lines are closed. Create them again before opening a line.',
      })
    assertAddress(address)
    const key = addressKey(address)
    if (this.#taken.has(key)) throw new LineError(openAlready(describeAddress(address)))
    this.#taken.add(key)
    return key
  }

  #unknownLine(address: LineAddress): LineText {
    const line = describeAddress(address)
    const known = [...this.#contacts.keys()].map(key => describeAddress(addressOf(key)))
    const list = (language: keyof LineText): string => known.map(each => each[language]).join(', ')
    return {
      de: `${line.de} ist kein Eingang dieses Geräts. Seine Eingänge: ${list('de') || 'noch keine'}.`,
      en: `${line.en} is not an input of this device. Its inputs are: ${list('en') || 'none yet'}.`,
    }
  }
}

/** The address that has this key. */
function addressOf(key: string): LineAddress {
  const [, offset = '', chip = ''] = /^(\d+) (.*)$/s.exec(key) ?? []
  return { chip, offset: Number(offset) }
}

/** Returns the motion that the command started, or null if it was done at once. */
function carryOut(contact: Contact, command: LineCommand): Promise<MotionEnd> | null {
  switch (command.kind) {
    case 'press':
      return contact.move(pressMoments(command.holdMs, command.bounce, command.atRest))
    case 'close':
      return contact.move([{ afterMs: 0, level: 'closed' }])
    case 'open':
      return contact.move([{ afterMs: 0, level: 'open' }])
    case 'bounce':
      return contact.move(bounceMoments(contact.level, command))
    case 'chatter':
      return contact.move(chatterMoments(command.periodMs, command.durationMs))
    case 'stuck':
      contact.stick()
      return null
    case 'free':
      contact.free()
      return null
    case 'deadInterrupt':
      contact.setInterruptDead(command.dead)
      return null
    case 'fail':
      contact.fail(command.reason)
      return null
    case 'recover':
      contact.recover()
      return null
    default:
      return assertNever(command)
  }
}

/** Reached only if a command was added above and not here; the compiler finds that first. */
function assertNever(command: never): never {
  throw new TypeError(`unknown command: ${JSON.stringify(command)}`)
}

/** Changes only: setting what is set already is no change that anybody could see. */
function record(output: Output, active: boolean): void {
  if (output.changes.at(-1)?.active === active) return
  output.changes.push({ at: monotonicNow(), active })
  if (output.changes.length > outputChangesMax) output.changes.shift()
}
