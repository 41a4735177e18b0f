// Makes a folder for what belongs to the device alone.
import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * The folder and those above it; one that exists is left as it is. Level by level: where nothing can be made, as in /proc,
 * Node's recursive way never ends.
 * @param path absolute. @throws with the system's code
 */
export function makeFolder(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isDirectory() === true) return
  if (found === undefined && path !== dirname(path)) makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}
