// The board's watchdog, with files in place of the kernel's: what is written there decides over a restart of the machine.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type OpenedWatchdog, openWatchdog, readWatchdog } from '../../hardware/watchdog.ts'

let folder = ''
const device = () => join(folder, 'watchdog')
const facts = (values: Readonly<Record<string, string>>): void => {
  mkdirSync(join(folder, 'watchdog0'), { recursive: true })
  for (const [name, value] of Object.entries(values)) writeFileSync(join(folder, 'watchdog0', name), `${value}\n`)
}
const open = (leastMs = 10_000): OpenedWatchdog => openWatchdog(device(), leastMs, folder)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stillruf-watchdog-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('each feeding is one byte, and closing is the magic letter, once', () => {
  facts({ timeout: '15' })
  writeFileSync(device(), '')
  const result = open()
  if (result.kind !== 'opened') throw new Error(result.kind)
  expect(result.watchdog.timeoutMs).toBe(15_000)
  result.watchdog.feed()
  result.watchdog.feed()
  result.watchdog[Symbol.dispose]()
  result.watchdog[Symbol.dispose]()
  result.watchdog.feed()
  expect(readFileSync(device(), 'latin1')).toBe('\0\0V')
})

test('one that waits for less than the device takes is not opened: opening starts it', () => {
  writeFileSync(device(), '')
  facts({ timeout: '5', identity: 'Broadcom BCM2835 Watchdog timer' })
  expect(open()).toEqual({ kind: 'tooShort', timeoutMs: 5000, driver: 'Broadcom BCM2835 Watchdog timer' })
  expect(readFileSync(device(), 'latin1')).toBe('')
})

test('one that is not there, or that the system refuses, tells the reason and makes no file', () => {
  expect(open()).toMatchObject({ kind: 'refused', error: { code: 'ENOENT' } })
  expect(existsSync(device())).toBe(false)
  mkdirSync(device())
  expect(open()).toMatchObject({ kind: 'refused', error: { code: 'EISDIR' } })
})

test('what the kernel tells of it is read without opening it, and what it does not tell is not made up', () => {
  facts({ timeout: '15', identity: 'Broadcom BCM2835 Watchdog timer', state: 'active', nowayout: '1' })
  const known = { driver: 'Broadcom BCM2835 Watchdog timer', timeoutMs: 15_000, state: 'active', noWayOut: true }
  expect(readWatchdog('/dev/watchdog', folder)).toEqual(known)
  expect(readWatchdog('/dev/watchdog0', folder)).toEqual(known)
  const unknown = { driver: null, timeoutMs: null, state: null, noWayOut: null }
  expect(readWatchdog('/dev/watchdog1', folder)).toEqual(unknown)
})
