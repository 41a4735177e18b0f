// The unit file that comes with the gateway.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from './samples.ts'

const file = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const unit = file('gateway/stillruf-gateway.service')
const setting = (key: string): string | undefined => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1]

test('it starts what the installation has, with the Node that came with it, and again for ever', () => {
  const root = '/opt/stillruf/'
  const { bin } = JSON.parse(file('package.json'))
  expect(setting('ExecStart')).toBe(
    `${root}${bin['stillruf-gateway']} run --data /var/lib/${setting('StateDirectory')}`,
  )
  expect(setting('Environment')).toContain(`PATH=${root}node_modules/.bin:`)
  expect([setting('Restart'), setting('StartLimitIntervalSec')]).toEqual(['always', '0'])
})

describe.skipIf(spawnSync('systemd-analyze', ['--version']).status !== 0)('as systemd reads it', () => {
  function analyze(...words: readonly string[]) {
    using folder = temporaryFolder()
    const path = join(folder.path, 'stillruf-gateway.service')
    writeFileSync(path, unit.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true'))
    return spawnSync('systemd-analyze', [...words, path], { encoding: 'utf8' })
  }
  test('has no mistake', () => {
    const { status, stderr } = analyze('verify', '--man=no')
    expect([status, stderr]).toEqual([0, ''])
  })
  test('leaves little open', () => {
    const { status, stdout } = analyze('security', '--offline=true', '--threshold=20', '--no-pager')
    expect([status, stdout]).toEqual([0, expect.stringContaining('Overall exposure level')])
  })
})
