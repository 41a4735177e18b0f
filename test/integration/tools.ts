// System programs that some tests need. A missing one skips those tests by name; `npm test` as root on Debian installs all.
import { existsSync } from 'node:fs'

export const hasProgram = (name: string): boolean =>
  (process.env.PATH ?? '').split(':').some(folder => existsSync(`${folder}/${name}`))
