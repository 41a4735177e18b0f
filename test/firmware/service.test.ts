// The device as a service: what systemd hears of it, and the unit file that comes with it.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createAuthority } from '../../gateway/provisioning/authority.ts'
import { limits } from '../../protocol/limits.ts'
import { canNotify, NotifySocket } from './notify-socket.ts'
import { deviceFolder, Program, temporaryFolder } from './test-device.ts'

vi.setConfig({ testTimeout: 120_000 })
const soon = { timeout: 60_000, interval: 20 }
const unitFile = new URL('../../firmware/stillruf-device.service', import.meta.url)
const unit = readFileSync(unitFile, 'utf8')
const authority = await createAuthority({ name: 'Test' })

afterEach(() => vi.unstubAllEnvs())

describe.skipIf(!canNotify)('the running device tells systemd', () => {
  test('that it works once its lines have answered, that it lives, and that it stops', async () => {
    await using socket = await NotifySocket.listen()
    vi.stubEnv('NOTIFY_SOCKET', socket.path)
    vi.stubEnv('WATCHDOG_USEC', '12000000')
    await using place = await deviceFolder(authority, ['mqtts://127.0.0.1:1'])
    await using device = new Program('run', '--config', place.config)
    await vi.waitFor(() => expect(socket.heard).toEqual(['READY=1', 'WATCHDOG=1', 'WATCHDOG=1']), soon)
    device.process.kill('SIGTERM')
    expect((await device.finished).code).toBe(0)
    await vi.waitFor(() => expect(socket.heard.at(-1)).toBe('STOPPING=1'), soon)
  })
})

test('a service that would be restarted without end is refused with a sentence', async () => {
  vi.stubEnv('WATCHDOG_USEC', '5000000')
  await using place = await deviceFolder(authority, ['mqtts://127.0.0.1:1'])
  await using device = new Program('run', '--config', place.config)
  const { code, err } = await device.finished
  expect([code, err]).toEqual([
    2,
    expect.stringContaining('WatchdogSec= des Dienstes beträgt 5 s, erwartet sind mindestens 12 s'),
  ])
})

test('a watchdog of the board that is not there is told before the device starts', async () => {
  await using place = await deviceFolder(authority, ['mqtts://127.0.0.1:1'], 'watchdog: /dev/watchdog77\n')
  await using device = new Program('run', '--config', place.config)
  const { code, err } = await device.finished
  expect([code, err]).toEqual([2, expect.stringContaining('Der Watchdog /dev/watchdog77 kann nicht geöffnet werden')])
})

describe('the unit file', () => {
  const setting = (key: string): string | undefined => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1]

  test('restarts the device always, and gives it more time than its audits take', () => {
    expect(setting('Restart')).toBe('always')
    expect(setting('StartLimitIntervalSec')).toBe('0')
    expect(setting('Type')).toBe('notify')
    expect(Number(setting('WatchdogSec')) * 1000).toBeGreaterThan(2 * (limits.levelAuditMs + limits.lineAnswerMs))
  })
  test('starts what the installation has, with the Node that came with it', () => {
    const root = '/opt/stillruf/'
    const start = setting('ExecStart') ?? ''
    const scripts = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    expect(start).toBe(`${root}${scripts.bin['stillruf-device']} run --config /etc/stillruf/device.yaml`)
    expect(setting('Environment')).toContain(`PATH=${root}node_modules/.bin:`)
  })
  test('closes nothing that the device needs', () => {
    for (const key of ['MemoryDenyWriteExecute', 'ProcSubset', 'PrivateDevices', 'PrivateNetwork'])
      expect([key, setting(key)]).toEqual([key, undefined])
    for (const allowed of ['char-gpiochip rw', '/dev/watchdog rw']) expect(unit).toContain(`DeviceAllow=${allowed}`)
    expect(setting('RestrictAddressFamilies')?.split(' ')).toEqual(['AF_INET', 'AF_INET6', 'AF_UNIX'])
  })

  describe.skipIf(spawnSync('systemd-analyze', ['--version']).status !== 0)('as systemd reads it', () => {
    const analyze = async (...words: readonly string[]) => {
      await using folder = await temporaryFolder()
      const path = join(folder.path, 'stillruf-device.service')
      await writeFile(path, unit.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true'))
      return spawnSync('systemd-analyze', [...words, path], { encoding: 'utf8' })
    }
    test('has no mistake', async () => {
      const { status, stderr } = await analyze('verify', '--man=no')
      expect([status, stderr]).toEqual([0, ''])
    })
    test('leaves little open', async () => {
      const { status, stdout } = await analyze('security', '--offline=true', '--threshold=20', '--no-pager')
      expect([status, stdout]).toEqual([0, expect.stringContaining('Overall exposure level')])
    })
  })
})
