// Loaded before the device where the power is cut: says on the console which presses the device was told are on its disk, in the
// moment it is told. The program itself knows nothing of it.
import { writeSync } from 'node:fs'
import { open } from 'node:fs/promises'

const probe = await open('/dev/null')
const prototype = Object.getPrototypeOf(probe)
await probe.close()
const { writeFile, datasync } = prototype
const unsynced = new WeakMap()

prototype.writeFile = async function (...args) {
  await writeFile.apply(this, args)
  const ids = [...String(args[0]).matchAll(/"kind":"pressed","press":\{"id":"([^"]+)"/g)].map(([, id]) => id)
  unsynced.set(this, [...(unsynced.get(this) ?? []), ...ids])
}
prototype.datasync = async function () {
  await datasync.apply(this)
  for (const id of unsynced.get(this) ?? []) writeSync(2, `journaled ${id}\n`)
  unsynced.delete(this)
}
