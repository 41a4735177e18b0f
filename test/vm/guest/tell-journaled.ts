// Loaded before the device in the power-cut scenario: says on the console which presses the device was told are on its disk, in the
// moment it is told. The program itself knows nothing of it.
import { writeSync } from 'node:fs'
import { open } from 'node:fs/promises'

const probe = await open('/dev/null')
const prototype = Object.getPrototypeOf(probe) as {
  writeFile: (...args: unknown[]) => Promise<void>
  datasync: () => Promise<void>
}
await probe.close()
const { writeFile, datasync } = prototype
const unsynced = new WeakMap<object, string[]>()

prototype.writeFile = async function (this: object, ...args: unknown[]): Promise<void> {
  await writeFile.apply(this, args)
  const ids = [...String(args[0]).matchAll(/"kind":"pressed","press":\{"id":"([^"]+)"/g)].map(([, id = '']) => id)
  unsynced.set(this, [...(unsynced.get(this) ?? []), ...ids])
}
prototype.datasync = async function (this: object): Promise<void> {
  await datasync.apply(this)
  for (const id of unsynced.get(this) ?? []) writeSync(2, `journaled ${id}\n`)
  unsynced.delete(this)
}
