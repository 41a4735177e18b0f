// What is on a disk after its power was cut: worked out from every change that a program made to its files, and every sync.
import { assert } from '../../protocol/assert.ts'

/** A change of one file that no sync has saved yet. */
type Change = { readonly kind: 'bytes'; readonly at: number; readonly bytes: Buffer } | Resize
type Resize = { readonly kind: 'size'; readonly size: number }
type Inode = { saved: Buffer; changes: Change[] }
type Names = ReadonlyMap<string, Inode>

/** Contents by path. */
export type Files = ReadonlyMap<string, Buffer>
/** Decides of each sector or name that no sync has saved whether it reached the disk. */
export type Luck = () => boolean

export type Entry =
  | { readonly kind: 'opened'; readonly inode: number; readonly path: string }
  | { readonly kind: 'written'; readonly inode: number; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'sized'; readonly inode: number; readonly size: number }
  | { readonly kind: 'synced' | 'forgotten'; readonly inode: number }
  | { readonly kind: 'renamed'; readonly from: string; readonly to: string }
  | { readonly kind: 'removed'; readonly path: string }
  | { readonly kind: 'namesSynced' }

const sectorBytes = 512
const headBytes = 24

/** The entries of a trace, as `faulty-disk.c` writes them. The last one may be torn: the program was killed in it. */
export function readTrace(trace: Buffer): readonly Entry[] {
  const entries: Entry[] = []
  for (let offset = 0; offset + headBytes <= trace.length; ) {
    const end = offset + headBytes + trace.readUInt32LE(offset + 4)
    if (end > trace.length) break
    entries.push(entryOf(trace.subarray(offset, end)))
    offset = end
  }
  return entries
}

function entryOf(entry: Buffer): Entry {
  const inode = Number(entry.readBigUInt64LE(8))
  const at = Number(entry.readBigUInt64LE(16))
  const bytes = entry.subarray(headBytes)
  const text = (): string => bytes.toString('utf8')
  switch (entry.readUInt32LE(0)) {
    case 1:
      return { kind: 'opened', inode, path: text() }
    case 2:
      return { kind: 'written', inode, at, bytes }
    case 3:
      return { kind: 'sized', inode, size: at }
    case 4:
      return { kind: 'synced', inode }
    case 5: {
      const [from = '', to = ''] = text().split('\n')
      return { kind: 'renamed', from, to }
    }
    case 6:
      return { kind: 'removed', path: text() }
    case 7:
      return { kind: 'namesSynced' }
    case 8:
      return { kind: 'forgotten', inode }
    default:
      throw new Error(`a trace with an entry of kind ${entry.readUInt32LE(0)}`)
  }
}

export class Platter {
  readonly #inodes = new Map<number, Inode>()
  #names = new Map<string, Inode>()
  #savedNames: Names = new Map()

  /** @param files what lay there before the trace began, all of it saved. */
  constructor(files: Iterable<{ readonly path: string; readonly inode: number; readonly bytes: Buffer }>) {
    for (const { path, inode, bytes } of files) this.#make(path, inode, bytes)
    this.#savedNames = new Map(this.#names)
  }

  take(entry: Entry): void {
    switch (entry.kind) {
      case 'opened':
        if (this.#names.get(entry.path) !== this.#inodes.get(entry.inode) || !this.#names.has(entry.path))
          this.#make(entry.path, entry.inode, Buffer.alloc(0))
        break
      case 'written':
        this.#inode(entry.inode).changes.push({ kind: 'bytes', at: entry.at, bytes: entry.bytes })
        break
      case 'sized':
        this.#inode(entry.inode).changes.push({ kind: 'size', size: entry.size })
        break
      case 'synced': {
        const inode = this.#inode(entry.inode)
        inode.saved = contentOf(inode, always)
        inode.changes = []
        break
      }
      case 'forgotten':
        this.#inode(entry.inode).changes = [] // they stay readable until the power fails, and no later sync saves them
        break
      case 'renamed':
        this.#rename(entry.from, entry.to)
        break
      case 'removed':
        this.#names.delete(entry.path)
        break
      case 'namesSynced':
        this.#savedNames = new Map(this.#names)
        break
    }
  }

  /** The files after the power is cut now. */
  afterCut(luck: Luck): Files {
    const names = luck() ? this.#names : this.#savedNames
    return new Map([...names].map(([path, inode]) => [path, contentOf(inode, luck)]))
  }

  /** The bytes of a file as a program reads them now, if nothing of it was forgotten. */
  current(path: string): Buffer | null {
    const inode = this.#names.get(path)
    return inode === undefined ? null : contentOf(inode, always)
  }

  #make(path: string, number: number, saved: Buffer): void {
    const inode: Inode = { saved, changes: [] }
    this.#inodes.set(number, inode)
    this.#names.set(path, inode)
  }

  #rename(from: string, to: string): void {
    const inode = this.#names.get(from)
    assert(inode !== undefined, () => `a trace that knows ${from}`)
    this.#names.delete(from)
    this.#names.set(to, inode)
  }

  #inode(number: number): Inode {
    const found = this.#inodes.get(number)
    assert(found !== undefined, () => `a trace that knows inode ${number}`)
    return found
  }
}

/** Nothing that no sync has saved reached the disk. */
export const never: Luck = () => false
/** Everything did: the process died and the machine lives. */
export const always: Luck = () => true

/** The same chances for the same seed. */
export function seeded(seed: number): Luck {
  let state = (seed * 2654435761 + 1) >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state & 0x10000) !== 0
  }
}

function contentOf({ saved, changes }: Inode, luck: Luck): Buffer {
  let content: Buffer = Buffer.from(saved)
  for (const change of changes) {
    if (change.kind === 'size') content = luck() ? resized(content, change.size) : content
    else
      for (const { at, bytes } of sectorsOf(change)) {
        if (!luck()) continue
        if (content.length < at + bytes.length) content = resized(content, at + bytes.length)
        bytes.copy(content, at)
      }
  }
  return content
}

function* sectorsOf({ at, bytes }: Extract<Change, { kind: 'bytes' }>): Generator<{ at: number; bytes: Buffer }> {
  for (let start = at; start < at + bytes.length; ) {
    const end = Math.min(at + bytes.length, (Math.floor(start / sectorBytes) + 1) * sectorBytes)
    yield { at: start, bytes: bytes.subarray(start - at, end - at) }
    start = end
  }
}

const resized = (content: Buffer, size: number): Buffer =>
  size <= content.length
    ? Buffer.from(content.subarray(0, size))
    : Buffer.concat([content, Buffer.alloc(size - content.length)])
