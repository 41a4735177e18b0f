// The disk where the device keeps what it owes: whether it takes a press, how fast, and for how long there is room.
import { constants } from 'node:fs'
import { open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { systemReason } from '../../../protocol/command-line/system-reason.ts'
import { limits } from '../../../protocol/limits.ts'
import { type Text, text } from '../../../protocol/text.ts'
import { decimal, type Finding, findingsOf, sentences } from './finding.ts'
import { type Roots, readFact } from './roots.ts'

export type DiskReading = {
  readonly folder: string
  /** Null: the folder is not there. */
  readonly freeBytes: number | null
  /** Of the file system that the folder lies on. */
  readonly kind: string | null
  /** How long each of several writes took until it was on the disk, or why none could be made. */
  readonly writing:
    | { readonly kind: 'measured'; readonly syncMs: readonly number[] }
    | { readonly kind: 'failed'; readonly code: string; readonly reason: Text }
}

const writes = 9
const writeBytes = 512
const megabyte = 1e6
const gigabyte = 1e9
/** A journal being replaced lies there twice. */
const freeBytesMin = 2 * limits.journalBytesMax
const freeBytesLow = 100 * megabyte

export async function probeDisk(folder: string, roots: Roots): Promise<DiskReading> {
  const mounts = await readFact(roots.proc, 'self/mounts')
  return {
    folder,
    freeBytes: await freeBytesOf(folder),
    kind: fileSystemOf(folder, mounts ?? ''),
    writing: await measureWriting(folder),
  }
}

export function judgeDisk(reading: DiskReading): readonly Finding[] {
  const { ok, note, failed } = findingsOf('disk')
  const { folder, freeBytes, kind, writing } = reading
  if (writing.kind === 'failed') return [failedWriting(reading, writing)]
  if (kind === 'tmpfs' || kind === 'ramfs')
    return [
      failed(
        'volatile',
        text(
          `Der Datenordner ${folder} liegt im Arbeitsspeicher: Nach einem Stromausfall ist vergessen, was noch zu melden war. Unter „data“ einen Ordner auf einem Datenträger nennen.`,
          `The data folder ${folder} lies in memory: after a power cut, what was owed is forgotten. Name a folder on a disk under “data”.`,
        ),
      ),
    ]
  const speed = speedOf(median(writing.syncMs))
  const room = freeBytes === null ? null : roomOf(freeBytes)
  const overlay = kind === 'overlay' ? overlaid(folder) : null
  const said = (sentence: Text): Text => sentences(sentence, speed.text, overlay)
  if (freeBytes !== null && freeBytes < freeBytesMin) return [failed('full', said(sentences(room, clearUp)))]
  if (freeBytes !== null && freeBytes < freeBytesLow) return [note('low', said(sentences(room, clearUp)))]
  const found = said(room ?? text('Der freie Platz ist nicht bekannt.', 'The free space is not known.'))
  if (speed.slow) return [note('slow', found)]
  return [overlay === null ? ok('works', found) : note('overlay', found)]
}

function failedWriting(
  { folder }: DiskReading,
  { code, reason }: { readonly code: string; readonly reason: Text },
): Finding {
  const { note, failed } = findingsOf('disk')
  if (code === 'ENOENT')
    return note(
      'missing',
      text(
        `Der Datenordner ${folder} ist noch nicht da; das Programm legt ihn beim ersten Start an. Danach noch einmal prüfen.`,
        `The data folder ${folder} is not there yet; the program makes it at its first start. Examine again after that.`,
      ),
    )
  if (code === 'EACCES' || code === 'EPERM')
    return note(
      'notAllowed',
      text(
        `Dieses Konto darf im Datenordner ${folder} nicht schreiben, sein Datenträger ist ungeprüft. Mit sudo noch einmal prüfen.`,
        `This account may not write in the data folder ${folder}, so its disk was not examined. Examine again with sudo.`,
      ),
    )
  return failed(
    code === 'EROFS' ? 'readOnly' : 'notWritable',
    text(
      `Im Datenordner ${folder} kann nicht geschrieben werden: ${reason.de}. Alarme gehen hinaus, überstehen aber keinen Stromausfall; Speicherkarte prüfen oder austauschen.`,
      `Nothing can be written in the data folder ${folder}: ${reason.en}. Alarms go out but do not survive a power cut; check the memory card, or replace it.`,
    ),
  )
}

function speedOf(ms: number): { readonly slow: boolean; readonly text: Text } {
  const time = decimal(ms, 1)
  const found = text(
    `Ein Eintrag ist nach ${time.de} ms sicher gespeichert (Median von ${writes})`,
    `An entry is safely stored after ${time.en} ms (median of ${writes})`,
  )
  if (ms <= limits.journalDeadlineMs) return { slow: false, text: text(`${found.de}.`, `${found.en}.`) }
  return {
    slow: true,
    text: text(
      `${found.de}, erlaubt sind ${limits.journalDeadlineMs} ms. Speicherkarte bei Gelegenheit austauschen.`,
      `${found.en}, the limit is ${limits.journalDeadlineMs} ms. Replace the memory card when convenient.`,
    ),
  }
}

function roomOf(bytes: number): Text {
  const unit = bytes < gigabyte ? 'MB' : 'GB'
  const size = decimal(bytes / (bytes < gigabyte ? megabyte : gigabyte), 1)
  return text(`Der Datenträger hat ${size.de} ${unit} frei.`, `The disk has ${size.en} ${unit} free.`)
}
const clearUp = text('Platz schaffen.', 'Make room.')

const overlaid = (folder: string): Text =>
  text(
    `Der Datenordner ${folder} liegt unter einem Overlay; wenn dessen obere Schicht im Arbeitsspeicher liegt, wird mit dem Strom alles vergessen. Für „data“ eine eigene Partition nehmen.`,
    `The data folder ${folder} lies under an overlay; if its upper layer is in memory, everything is forgotten with the power. Take a partition of its own for “data”.`,
  )

export const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0

async function freeBytesOf(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch {
    return null // Told by the writing, which fails in the same folder.
  }
}

/** By the deepest mount point above the folder. */
function fileSystemOf(folder: string, mounts: string): string | null {
  const above = mounts
    .split('\n')
    .map(line => line.split(' '))
    .filter(([, point = '']) => point === '/' || folder === point || folder.startsWith(`${point}/`))
    .toSorted(([, one = ''], [, other = '']) => other.length - one.length)
  return above[0]?.[2] ?? null
}

async function measureWriting(folder: string): Promise<DiskReading['writing']> {
  const path = join(folder, `.doctor-${process.pid}`)
  try {
    return { kind: 'measured', syncMs: await syncTimes(path) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    return { kind: 'failed', code, reason: systemReason(error) }
  } finally {
    await rm(path, { force: true }).catch(() => undefined) // Where nothing could be made there is nothing to remove.
  }
}

async function syncTimes(path: string): Promise<readonly number[]> {
  await using file = await open(path, constants.O_CREAT | constants.O_APPEND | constants.O_WRONLY, 0o600)
  const times: number[] = []
  while (times.length < writes) {
    const startedAt = performance.now()
    await file.write(Buffer.alloc(writeBytes))
    await file.datasync()
    times.push(performance.now() - startedAt)
  }
  return times
}
