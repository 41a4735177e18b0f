// Writes files into the data folder: complete or not at all, and readable by their owner alone where they are secret.
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import { StartError } from '../../../protocol/command-line/start-error.ts'
import { systemReason } from '../../../protocol/command-line/system-reason.ts'
import { text } from '../../../protocol/text.ts'

/** True if the folder is new. @throws StartError if it cannot be made. */
export function ensureFolder(path: string): boolean {
  try {
    return makeFolder(resolve(path))
  } catch (error) {
    const reason = systemReason(error)
    throw new StartError(
      text(
        `Der Ordner ${path} kann nicht angelegt werden: ${reason.de}. Mit --data einen anderen wählen oder seine Zugriffsrechte prüfen.`,
        `The folder ${path} cannot be created: ${reason.en}. Choose another with --data, or check its rights.`,
      ),
    )
  }
}

/** Level by level: where nothing can be made, as in /proc, Node's recursive way never ends. */
function makeFolder(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return false
  const parent = dirname(path)
  if (!existsSync(parent)) makeFolder(parent)
  mkdirSync(path)
  chmodSync(path, 0o700)
  return true
}

/** @throws StartError if it cannot be written; the file is then as it was. */
export function writeWhole(path: string, content: string, mode: 0o600 | 0o644): void {
  const unfinished = `${path}.new`
  try {
    rmSync(unfinished, { force: true })
    const file = openSync(unfinished, 'wx', mode)
    writeSync(file, content)
    fsyncSync(file)
    closeSync(file)
    renameSync(unfinished, path)
  } catch (error) {
    rmSync(unfinished, { force: true })
    const reason = systemReason(error)
    throw new StartError(
      text(
        `Die Datei ${path} kann nicht geschrieben werden: ${reason.de}. Den Ordner ${dirname(path)} und seine Zugriffsrechte prüfen.`,
        `The file ${path} cannot be written: ${reason.en}. Check the folder ${dirname(path)} and its rights.`,
      ),
    )
  }
}

/** True if both are there, false if neither. @throws StartError if one is missing: the other would be worthless or overwritten. */
export function bothExist(first: string, second: string): boolean {
  const [hasFirst, hasSecond] = [existsSync(first), existsSync(second)]
  if (hasFirst === hasSecond) return hasFirst
  const [found, missing] = hasFirst ? [first, second] : [second, first]
  throw new StartError(
    text(
      `Die Datei ${missing} fehlt, ${found} ist aber da. Sie aus einer Sicherung zurückholen, oder ${found} wegbewegen und neu beginnen.`,
      `The file ${missing} is missing, but ${found} is there. Put it back from a backup, or move ${found} away to begin anew.`,
    ),
  )
}
