// A machine made of files: what a probe reads of /proc, /sys, /dev, /etc and /run, as far as a test has written it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Finding } from '../../../firmware/shell/doctor/finding.ts'
import type { Roots } from '../../../firmware/shell/doctor/roots.ts'

export type Machine = Disposable & {
  readonly roots: Roots
  readonly folder: string
  /** @param path such as `sys/class/thermal/thermal_zone0/temp` */
  readonly write: (path: string, content: string, mode?: number) => string
}

export function machine(files: Readonly<Record<string, string>> = {}): Machine {
  const folder = mkdtempSync(join(tmpdir(), 'stillruf-machine-'))
  const root = (name: string): string => join(folder, name)
  const made: Machine = {
    folder,
    roots: { proc: root('proc'), sys: root('sys'), dev: root('dev'), etc: root('etc'), run: root('run') },
    write: (path, content, mode = 0o644) => {
      mkdirSync(dirname(root(path)), { recursive: true })
      writeFileSync(root(path), content, { mode })
      return root(path)
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
  for (const [path, content] of Object.entries(files)) made.write(path, content)
  return made
}

/** `note disk.slow` for each: what programs see. */
export const codes = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ grade, code }) => `${grade} ${code}`)

/** Everything that was said, in one language. */
export const said = (findings: readonly Finding[], language: 'de' | 'en' = 'en'): string =>
  findings.map(({ text }) => text[language]).join('\n')
