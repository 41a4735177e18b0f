// The disk under one real program, in the hands of a test: which call fails, how, and what a power cut leaves of the files.
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { hasProgram } from '../integration/tools.ts'
import { type Entry, type Luck, never, Platter, readTrace } from './platter.ts'

/** gcc, which `npm test` installs where it may. */
export const canCompile = hasProgram('gcc')

/** A device that fails, a full one, one that the kernel has made read-only. */
export const diskErrors = ['EIO', 'ENOSPC', 'EROFS'] as const
type DiskError = (typeof diskErrors)[number] | 'EACCES'
const kinds = { open: 1, write: 2, sync: 4, name: 8, size: 16, read: 32 } as const
type CallKind = keyof typeof kinds
const changing = ['open', 'write', 'sync', 'name', 'size'] as const
export const allCalls = [...changing, 'read'] as const

export type Fault = {
  /** The first call concerned, 1 being the next. */
  readonly from: number
  /** once, or every call until `mend`. */
  readonly until: 'once' | 'mended'
  readonly error?: DiskError
  readonly delayMs?: number
  /** A sync that fails loses what it was to save. */
  readonly forgets?: boolean
  readonly calls?: readonly CallKind[]
}

/** Class because it must be closed: its files go with it. */
export class FaultyDisk implements Disposable {
  readonly #prefix: string
  readonly #control: string
  readonly #trace: string
  readonly #descriptor: number
  #before: ConstructorParameters<typeof Platter>[0] = []

  /** @param prefix path of the files on this disk, as far as they have it in common. */
  constructor(prefix: string) {
    this.#prefix = prefix
    mkdirSync(dirname(prefix), { recursive: true })
    this.#control = join(tmpdir(), `stillruf-disk-${process.pid}-${basename(dirname(prefix))}-${Date.now()}.control`)
    this.#trace = this.#control.replace(/control$/, 'trace')
    writeFileSync(this.#control, Buffer.alloc(32))
    this.#descriptor = openSync(this.#control, 'r+')
    this.#begin()
    this.mend()
  }

  /** For the program that has this disk. */
  get env(): NodeJS.ProcessEnv {
    return {
      LD_PRELOAD: library(),
      DISK_FILES: this.#prefix,
      DISK_CONTROL: this.#control,
      DISK_TRACE: this.#trace,
    }
  }

  /** Calls counted since the beginning, those that failed too. */
  calls(): number {
    const bytes = Buffer.alloc(4)
    readSync(this.#descriptor, bytes, 0, 4, 0)
    return bytes.readUInt32LE()
  }

  break(fault: Fault): void {
    const { from, until, error, delayMs = 0, forgets = false, calls = changing } = fault
    const first = this.calls() + from
    this.#write(5, [calls.reduce((mask, kind) => mask | kinds[kind], 0), forgets ? 1 : 0])
    this.#write(2, [until === 'once' ? first : 0xffffffff, error === undefined ? 0 : constants.errno[error], delayMs])
    this.#write(1, [first])
  }

  /** The disk works again. */
  mend(): void {
    this.#write(1, [0])
    this.#write(5, [changing.reduce((mask, kind) => mask | kinds[kind], 0), 0])
  }

  /** Everything that was changed since the last power cut. */
  entries(): readonly Entry[] {
    return readTrace(readFileSync(this.#trace))
  }

  /** The disk as it was at the last power cut, without the changes since. */
  platter(): Platter {
    return new Platter(this.#before)
  }

  /** The machine's power fails. The program has ended; its files become what the disk has of them. */
  cutPower(luck: Luck = never): void {
    const platter = this.platter()
    for (const entry of this.entries()) platter.take(entry)
    const left = platter.afterCut(luck)
    for (const path of this.#paths()) if (!left.has(path) || isShared(path)) rmSync(path)
    for (const [path, bytes] of left) if (!isShared(path) && !isMarks(path)) writeFileSync(path, bytes)
    this.#begin()
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor)
    for (const file of [this.#control, this.#trace]) rmSync(file, { force: true })
  }

  #begin(): void {
    this.#before = this.#paths().map(path => ({ path, inode: statSync(path).ino, bytes: readFileSync(path) }))
    writeFileSync(this.#trace, '')
  }

  #paths(): readonly string[] {
    const folder = dirname(this.#prefix)
    const names = readdirSync(folder).filter(name => name.startsWith(basename(this.#prefix)) && !isMarks(name))
    return names.map(name => join(folder, name))
  }

  #write(index: number, values: readonly number[]): void {
    writeSync(this.#descriptor, Buffer.from(Uint32Array.from(values).buffer), 0, 4 * values.length, 4 * index)
  }
}

/** Memory that SQLite's connections share, and keep in a file: no power cut leaves any of it. */
const isShared = (path: string): boolean => path.endsWith('-shm')

/** What a test is told by the program: kept, whatever happens to the disk. */
const isMarks = (path: string): boolean => path.endsWith('.marks')

let compiled: string | null = null
function library(): string {
  if (compiled !== null) return compiled
  const file = join(tmpdir(), `stillruf-faulty-disk-${process.pid}.so`)
  execFileSync('gcc', [
    '-shared',
    '-fPIC',
    '-O2',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-o',
    file,
    join(import.meta.dirname, 'faulty-disk.c'),
  ])
  process.once('exit', () => rmSync(file, { force: true }))
  compiled = file
  return file
}
