// Bytes of the journal: `SRJ1`, length, checksum over length and content, content as JSON. A reader finds the next whole entry
// after damage by its mark, and tells a torn tail (the machine stopped while writing) from damage in the middle.
import { crc32 } from 'node:zlib'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/schema'
import { messages } from '../../protocol/messages.ts'

const { id, button, contact, pressedAt } = messages.alarm.properties
const closed = { additionalProperties: false } as const

const StoredPress = Type.Object(
  {
    id,
    button,
    meaning: Type.Union([
      Type.Object({ kind: Type.Union([Type.Literal('alarm'), Type.Literal('testAlarm')]) }, closed),
      Type.Object({ kind: Type.Literal('repeatPress'), alarm: messages.repeatPress.properties.alarm }, closed),
    ]),
    contact,
    /** The device's wall clock at the press. */
    pressedWall: pressedAt,
    /** The machine's monotonic clock at the press; means something only while the machine has not been restarted. */
    pressedAt: Type.Number(),
    /** Which start of the machine that clock belongs to. */
    machineBoot: Type.String({ maxLength: 64 }),
  },
  closed,
)
const StoredEntry = Type.Union([
  Type.Object({ kind: Type.Literal('pressed'), press: StoredPress }, closed),
  Type.Object({ kind: Type.Literal('retired'), press: id }, closed),
  Type.Object({ kind: Type.Literal('checked') }, closed),
])
export type StoredPress = Static<typeof StoredPress>
export type StoredEntry = Static<typeof StoredEntry>

export type ReadJournal = {
  readonly entries: readonly StoredEntry[]
  /** Bytes in the middle that no whole entry explains. */
  readonly damagedBytes: number
  /** Bytes after the last whole entry. */
  readonly tornBytes: number
}

const mark = Buffer.from('SRJ1')
const headBytes = mark.length + 8
const contentBytesMax = 64 * 1024
const check = Compile(StoredEntry)

export function encodeEntry(entry: StoredEntry): Buffer {
  const content = Buffer.from(JSON.stringify(entry))
  const head = Buffer.alloc(headBytes)
  mark.copy(head)
  head.writeUInt32LE(content.length, mark.length)
  head.writeUInt32LE(checksum(content), mark.length + 4)
  return Buffer.concat([head, content])
}

/** Everything that can be read, in order. Hostile or torn bytes give counts, never an exception. */
export function readEntries(bytes: Buffer): ReadJournal {
  const entries: StoredEntry[] = []
  let damagedBytes = 0
  let offset = 0
  while (offset < bytes.length) {
    const start = nextWhole(bytes, offset)
    if (start === null) break
    damagedBytes += start.at - offset
    entries.push(start.entry)
    offset = start.end
  }
  return { entries, damagedBytes, tornBytes: bytes.length - offset }
}

type Whole = { readonly at: number; readonly end: number; readonly entry: StoredEntry }

function nextWhole(bytes: Buffer, from: number): Whole | null {
  for (let at = bytes.indexOf(mark, from); at !== -1; at = bytes.indexOf(mark, at + 1)) {
    const whole = wholeAt(bytes, at)
    if (whole !== null) return whole
  }
  return null
}

function wholeAt(bytes: Buffer, at: number): Whole | null {
  if (at + headBytes > bytes.length) return null
  const length = bytes.readUInt32LE(at + mark.length)
  const end = at + headBytes + length
  if (length > contentBytesMax || end > bytes.length) return null
  const content = bytes.subarray(at + headBytes, end)
  if (bytes.readUInt32LE(at + mark.length + 4) !== checksum(content)) return null
  const entry = parse(content)
  return check.Check(entry) ? { at, end, entry } : null
}

function checksum(content: Buffer): number {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(content.length)
  return crc32(content, crc32(length))
}

function parse(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'))
  } catch {
    return null // a checksum by chance: the caller looks for the next mark
  }
}
