// Which gateway.yaml a command of stillruf-gateway takes, and what it says where there is none.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { gateway, writeConfiguration } from './command.ts'
import { temporaryFolder } from './samples.ts'

const patience = { timeout: 120_000 }

test(
  'with --data only the gateway.yaml of that folder counts, and setup puts the example there',
  patience,
  async () => {
    using here = temporaryFolder()
    const other = writeConfiguration(here.path, { mqtt: 0, console: 0 })
    const before = readFileSync(other, 'utf8')
    const at = ['--data', join(here.path, 'new')]
    const path = join(here.path, 'new/gateway.yaml')

    const run = await gateway(['run', ...at], {}, here.path)
    expect(run).toEqual({ status: 2, stdout: '', stderr: missing(path) })
    const monitor = await gateway(['monitor', '--account', 'sicht', ...at], {}, here.path)
    expect(monitor).toEqual({ status: 2, stdout: '', stderr: missing(path) })

    const made = await gateway(['setup', ...at], {}, here.path)
    expect(made).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringMatching(/^Konfiguration +neu .*\/new\//),
    })
    expect(readFileSync(path, 'utf8')).toMatch(/^data: \.$/m)
    expect(readFileSync(other, 'utf8')).toBe(before)
    expect(existsSync(join(here.path, 'authority.pem'))).toBe(false)
  },
)

test(
  'without --data it is the one in this folder, else the one in its folder data, where setup puts it',
  patience,
  async () => {
    using here = temporaryFolder()
    const path = join(here.path, 'data/gateway.yaml')
    expect((await gateway(['run'], {}, here.path)).stderr).toBe(missing(path))
    expect((await gateway(['setup'], {}, here.path)).stdout).toMatch(/^Konfiguration +neu +data\/gateway\.yaml$/m)
    expect(existsSync(path)).toBe(true)
    expect((await gateway(['setup'], {}, here.path)).stdout).toMatch(/^Konfiguration +vorhanden +data\/gateway\.yaml$/m)
    writeConfiguration(here.path, { mqtt: 0, console: 0 })
    expect((await gateway(['setup'], {}, here.path)).stdout).toMatch(/^Konfiguration +vorhanden +gateway\.yaml$/m)
  },
)

const missing = (path: string): string => {
  const setup = `„stillruf-gateway setup --data ${join(path, '..')}“`
  return `Die Konfiguration ${path} ist nicht vorhanden. ${setup} legt sie an; liegt sie anderswo, sie mit --config nennen.\n`
}
