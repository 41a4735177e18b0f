// The lines of one button on a bench: fingers that move both contacts, wires that are cut and shorted, and everything that was found.
import {
  type Circuit,
  type CircuitSettings,
  type Finding,
  type Judged,
  type LineId,
  lineOf,
  unseenCircuit,
} from '../../firmware/core/circuit.ts'
import type { Level } from '../../firmware/core/debounce.ts'
import { edgeOnLine, lineFailing, lineRead, linesDueAt, timeOnLines } from '../../firmware/core/wiring.ts'
import { assert } from '../../protocol/assert.ts'
import type { FaultCode } from '../../protocol/faults.ts'
import { limits } from '../../protocol/limits.ts'
import { instant } from '../../protocol/time.ts'

export const no = 'tresen/normallyOpen' as LineId
export const nc = 'tresen/normallyClosed' as LineId
export const left = 'tresen/first' as LineId
export const right = 'tresen/second' as LineId

const timing = { confirmMs: limits.confirmMsDefault, releaseMs: limits.releaseMs }
const settings = (wiring: CircuitSettings['wiring']): CircuitSettings => ({ wiring, timing, latching: false })
export const wirings = {
  normallyOpen: settings({ kind: 'normallyOpen', line: no }),
  normallyClosed: settings({ kind: 'normallyClosed', line: nc, cutWireIs: 'alarm' }),
  cutIsFault: settings({ kind: 'normallyClosed', line: nc, cutWireIs: 'fault' }),
  antivalent: settings({ kind: 'antivalent', normallyOpen: no, normallyClosed: nc }),
  twoHand: settings({ kind: 'twoHand', first: left, second: right }),
} as const

export class WireBench {
  circuit: Circuit
  now = 0
  found: Finding[] = []

  /** @param first what is read at the start of lines that are not at rest. */
  constructor(wiring: CircuitSettings, first: Readonly<Record<LineId, Level>> = {}) {
    this.circuit = unseenCircuit(wiring, instant(0))
    for (const { id } of this.circuit.lines) this.read(id, first[id] ?? this.atRest(id))
  }

  edge(line: LineId, level: Level, at = this.now): this {
    return this.#take(edgeOnLine(this.circuit, this.#line(line), level, instant(at), 'kernel'))
  }
  read(line: LineId, level: Level): this {
    return this.#take(lineRead(this.circuit, this.#line(line), level, instant(this.now)))
  }
  failing(line: LineId, failed: boolean): this {
    return this.#take(lineFailing(this.circuit, this.#line(line), failed))
  }
  /** As a press makes the contact, or as nobody touches it. */
  push(line: LineId, at = this.now): this {
    return this.edge(line, this.#line(line).pressed, at)
  }
  leave(line: LineId, at = this.now): this {
    return this.edge(line, this.atRest(line), at)
  }

  /** Lets time pass and wakes the rules whenever they ask for it. */
  until(at: number): this {
    for (let due = linesDueAt(this.circuit), guard = 0; due !== null && due <= at; due = linesDueAt(this.circuit)) {
      guard += 1
      assert(guard < 10_000, 'the rules ask to be woken without end')
      this.now = Math.max(this.now, due)
      this.#take(timeOnLines(this.circuit, instant(this.now)))
    }
    this.now = Math.max(this.now, at)
    return this
  }
  pass(ms: number): this {
    return this.until(this.now + ms)
  }

  atRest(line: LineId): Level {
    return this.#line(line).pressed === 'closed' ? 'open' : 'closed'
  }
  presses(): Extract<Finding, { kind: 'pressed' }>[] {
    return this.found.filter(finding => finding.kind === 'pressed')
  }
  /** Each kind of finding once, in the order of its first. */
  kinds(): string[] {
    return [...new Set(this.found.map(({ kind }) => kind))]
  }
  releases(): number[] {
    return this.found.flatMap(finding => (finding.kind === 'released' ? [finding.heldMs] : []))
  }
  /** `+lineCut`, `-lineCut`: each change once, as the device tells it. */
  faults(): string[] {
    const active = new Set<FaultCode>()
    return this.found.flatMap(finding => {
      if (finding.kind !== 'fault' || active.has(finding.code) === finding.active) return []
      if (finding.active) active.add(finding.code)
      else active.delete(finding.code)
      return [`${finding.active ? '+' : '-'}${finding.code}`]
    })
  }
  activeFaults(): string[] {
    const changes = this.faults()
    return changes.filter(
      (change, index) => change.startsWith('+') && !changes.slice(index).includes(`-${change.slice(1)}`),
    )
  }

  #line(id: LineId) {
    const line = lineOf(this.circuit, id)
    assert(line !== undefined, `the button has no line ${id}`)
    return line
  }
  #take({ circuit, findings }: Judged): this {
    this.circuit = circuit
    this.found.push(...findings)
    return this
  }
}
