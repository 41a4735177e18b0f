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
import { StartError, systemReason } from '../start-error.ts'

/** True if the folder is new. @throws StartError if it cannot be made. */
export function ensureFolder(path: string): boolean {
  try {
    return makeFolder(resolve(path))
  } catch (error) {
    throw new StartError(
      `The folder ${path} cannot be created: ${systemReason(error)}. Choose another with --data, or check its rights.`,
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
    throw new StartError(
      `The file ${path} cannot be written: ${systemReason(error)}. Check the folder ${dirname(path)} and its rights.`,
    )
  }
}

/** True if both are there, false if neither. @throws StartError if one is missing: the other would be worthless or overwritten. */
export function bothExist(first: string, second: string): boolean {
  const [hasFirst, hasSecond] = [existsSync(first), existsSync(second)]
  if (hasFirst === hasSecond) return hasFirst
  const [found, missing] = hasFirst ? [first, second] : [second, first]
  throw new StartError(
    `The file ${missing} is missing, but ${found} is there. Put it back from a backup, or move ${found} away to begin anew.`,
  )
}
