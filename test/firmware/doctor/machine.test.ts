// Disk, power, clock, system, watchdog: what is read of the machine, and what is said of it.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { judgeClock, probeClock } from '../../../firmware/shell/doctor/clock.ts'
import { type DiskReading, judgeDisk, median, probeDisk } from '../../../firmware/shell/doctor/disk.ts'
import { judgePower, probePower } from '../../../firmware/shell/doctor/power.ts'
import { parseService, probeService, type ServiceReading, serviceIn } from '../../../firmware/shell/doctor/service.ts'
import { judgeSystem, probeSystem } from '../../../firmware/shell/doctor/system.ts'
import { judgeWatchdog, probeWatchdog } from '../../../firmware/shell/doctor/watchdog.ts'
import { limits } from '../../../protocol/limits.ts'
import { same } from '../../../protocol/text.ts'
import { codes, machine, said } from './machine.ts'

describe('the disk', () => {
  const good: DiskReading = {
    folder: '/var/lib/stillruf',
    freeBytes: 5e9,
    kind: 'ext4',
    writing: { kind: 'measured', syncMs: [4, 5, 200] },
  }
  const judged = (change: Partial<DiskReading>) => codes(judgeDisk({ ...good, ...change }))
  const refused = (code: string) => judged({ writing: { kind: 'failed', code, reason: same(code) } })

  test('that takes an entry in time and has room is in order', () => {
    expect(judged({})).toEqual(['ok disk.works'])
    expect(said(judgeDisk(good), 'de')).toBe(
      'Der Datenträger hat 5 GB frei. Ein Eintrag ist nach 5 ms sicher gespeichert (Median von 9).',
    )
  })
  test('that is slower than the journal’s deadline needs care, judged by the median and not by one outlier', () => {
    const slow = limits.journalDeadlineMs + 1
    expect(judged({ writing: { kind: 'measured', syncMs: [slow, slow, 1] } })).toEqual(['note disk.slow'])
    expect(judged({ writing: { kind: 'measured', syncMs: [1, 1, 9999] } })).toEqual(['ok disk.works'])
    expect(median([3, 1, 2])).toBe(2)
  })
  test('that is read-only, broken or full fails; one that this account may not write is not examined', () => {
    expect([refused('EROFS'), refused('EIO'), refused('ENOSPC')].flat()).toEqual([
      'failed disk.readOnly',
      'failed disk.notWritable',
      'failed disk.notWritable',
    ])
    expect([refused('EACCES'), refused('ENOENT')].flat()).toEqual(['note disk.notAllowed', 'note disk.missing'])
  })
  test('that has no room for a journal twice fails, one that is nearly full needs care', () => {
    expect(judged({ freeBytes: limits.journalBytesMax })).toEqual(['failed disk.full'])
    expect(judged({ freeBytes: 20 * limits.journalBytesMax })).toEqual(['note disk.low'])
  })
  test('in memory forgets everything: it fails, and an overlay needs care', () => {
    expect(judged({ kind: 'tmpfs' })).toEqual(['failed disk.volatile'])
    expect(judged({ kind: 'overlay' })).toEqual(['note disk.overlay'])
  })
  test('is measured by real writes that leave nothing behind, and known by its mount', async () => {
    using made = machine()
    made.write(
      'proc/self/mounts',
      `none / overlay rw 0 0\n/dev/mmcblk0p2 ${made.folder} ext4 ro 0 0\nx ${made.folder}x tmpfs rw 0 0\n`,
    )
    const reading = await probeDisk(made.folder, made.roots)
    expect(reading).toMatchObject({ kind: 'ext4', writing: { kind: 'measured' } })
    expect(reading.writing.kind === 'measured' ? reading.writing.syncMs : []).toHaveLength(9)
    expect(await probeDisk(join(made.folder, 'none'), made.roots)).toMatchObject({
      freeBytes: null,
      writing: { kind: 'failed', code: 'ENOENT' },
    })
  })
})

describe('power and heat', () => {
  const firmware = 'sys/devices/platform/soc/soc:firmware/get_throttled'
  const judged = async (files: Readonly<Record<string, string>>) => {
    using made = machine(files)
    return judgePower(await probePower(made.roots))
  }
  test.for([
    ['0', ['ok power.calm']],
    ['1', ['note power.underVoltageNow']],
    ['10000', ['note power.underVoltageBefore']],
    ['50005', ['note power.underVoltageNow', 'note power.throttledNow']],
    ['a000a', ['note power.frequencyCappedNow', 'note power.softTemperatureLimitNow']],
    [
      'f0000',
      ['underVoltage', 'frequencyCapped', 'throttled', 'softTemperatureLimit'].map(name => `note power.${name}Before`),
    ],
  ] as const)('get_throttled %s is read bit by bit', async ([bits, expected]) => {
    expect(codes(await judged({ [firmware]: `${bits}\n` }))).toEqual(expected)
  })
  test('are found on boards that name their chip otherwise', async () => {
    expect(codes(await judged({ 'sys/devices/platform/soc@107c000000/get_throttled': '1\n' }))).toEqual([
      'note power.underVoltageNow',
    ])
  })
  test('the hottest zone counts', async () => {
    const zones = {
      'sys/class/thermal/thermal_zone0/temp': '48312\n',
      'sys/class/thermal/thermal_zone1/temp': '81000\n',
    }
    expect(said(await judged(zones), 'de')).toContain('Die Temperatur beträgt 81 °C. Ab 80 °C')
    expect(codes(await judged({ 'sys/class/thermal/thermal_zone0/temp': '48312\n' }))).toEqual(['ok power.calm'])
  })
  test('of a machine that tells nothing are not made up', async () => {
    expect(said(await judged({}))).toBe('This machine tells nothing of its voltage.')
  })
})

describe('the clock', () => {
  const judged = async (files: Readonly<Record<string, string>>) => {
    using made = machine(files)
    return codes(judgeClock(await probeClock(made.roots)))
  }
  test('that a time server sets is in order, one that is not set or of which nothing is known needs care', async () => {
    expect(await judged({ 'run/systemd/timesync/synchronized': '' })).toEqual(['ok clock.synchronised'])
    expect(await judged({ 'run/systemd/timesync/clock': '' })).toEqual(['note clock.unsynchronised'])
    expect(await judged({})).toEqual(['note clock.unknown'])
  })
  test('is said to be wrong after each start only where no battery keeps it', () => {
    const now = new Date('2026-11-25')
    const without = said(judgeClock({ now, synchronised: false, batteryClock: false }))
    expect(without).toContain('no clock that runs on without power')
    expect(said(judgeClock({ now, synchronised: false, batteryClock: true }))).not.toContain('without power')
    expect(without).toContain('25 November 2026')
  })
})

describe('the system', () => {
  const pi = {
    'proc/device-tree/model': 'Raspberry Pi 4 Model B Rev 1.5\0',
    'proc/sys/kernel/osrelease': '6.12.25+rpt\n',
  }
  test('tells board, kernel and chips', async () => {
    using made = machine({ ...pi, 'dev/gpiochip0': '', 'dev/gpiochip1': '', 'dev/gpiomem': '' })
    const findings = judgeSystem(await probeSystem(made.roots), 'raspberry-pi-4', 'gpiochip')
    expect(codes(findings)).toEqual(['ok system.versions'])
    expect(said(findings)).toMatch(
      /^Raspberry Pi 4 Model B Rev 1\.5, Linux 6\.12\.25\+rpt, Node 24\.\S+, 2 GPIO chips\.$/,
    )
  })
  test('of another board than the configuration says fails: its pins lead elsewhere', async () => {
    using made = machine(pi)
    const reading = await probeSystem(made.roots)
    const findings = judgeSystem(reading, 'raspberry-pi-5', 'gpiochip')
    expect(codes(findings)).toContain('failed system.otherBoard')
    expect(said(findings, 'de')).toContain('„board: raspberry-pi-4“ eintragen')
    expect(codes(judgeSystem(reading, null, 'gpiochip'))).toEqual(['ok system.versions'])
    const stranger = { ...reading, model: 'Orange Pi 5' }
    expect(said(judgeSystem(stranger, 'raspberry-pi-5', 'onoff'))).toContain('Remove “board”')
  })
  test('with a kernel that stamps edges with the wall clock needs care, where edges are stamped at all', async () => {
    using made = machine({ 'proc/sys/kernel/osrelease': '5.4.0\n' })
    const reading = await probeSystem(made.roots)
    expect(codes(judgeSystem(reading, null, 'gpiochip'))).toEqual(['note system.oldKernel'])
    expect(codes(judgeSystem(reading, null, 'onoff'))).toEqual(['ok system.versions'])
    expect(codes(judgeSystem({ ...reading, kernel: '5.10.0' }, null, 'gpiochip'))).toEqual(['ok system.versions'])
  })
})

describe('the service', () => {
  const shown = (values: Readonly<Record<string, string>>): string =>
    Object.entries({
      LoadState: 'loaded',
      ActiveState: 'active',
      UnitFileState: 'enabled',
      User: 'stillruf',
      SupplementaryGroups: 'gpio dialout',
      WatchdogUSec: '30s',
      ...values,
    })
      .map(([key, value]) => `${key}=${value}`)
      .join('\n')
  test('is not looked for where systemd does not run', async () => {
    using made = machine()
    expect(await probeService(made.roots)).toBe('noSystemd')
  })
  test('is read as systemd shows it', () => {
    expect(parseService(shown({}))).toEqual({
      name: 'stillruf-device',
      active: true,
      enabled: true,
      user: 'stillruf',
      groups: ['gpio', 'dialout'],
      watchdogMs: 30_000,
    })
    const watchdogMs = (span: string) => serviceIn(parseService(shown({ WatchdogUSec: span })))?.watchdogMs
    expect([watchdogMs('1min 30s'), watchdogMs('infinity')]).toEqual([90_000, 0])
    expect(parseService(shown({ LoadState: 'not-found' }))).toBe('notInstalled')
    expect(parseService('')).toBe('unknown')
  })

  const service: ServiceReading = {
    name: 'stillruf-device',
    active: true,
    enabled: true,
    user: null,
    groups: [],
    watchdogMs: 30_000,
  }
  const judged = (change: Partial<ServiceReading> | 'noSystemd' | 'notInstalled' | 'unknown') =>
    codes(
      judgeWatchdog(
        { service: typeof change === 'string' ? change : { ...service, ...change }, configured: null, board: null },
        true,
      ),
    )
  test('that restarts a program that hangs is in order; less needs care; a watch too short fails', () => {
    expect(judged({})).toEqual(['ok watchdog.service'])
    expect([judged('notInstalled'), judged('noSystemd'), judged('unknown')].flat()).toEqual([
      'note watchdog.noService',
      'note watchdog.noSystemd',
      'note watchdog.serviceNotExamined',
    ])
    expect(judged({ watchdogMs: 0 })).toEqual(['note watchdog.serviceUnwatched'])
    expect(judged({ enabled: false })).toEqual(['note watchdog.serviceNotEnabled'])
    expect(judged({ watchdogMs: 5000 })).toEqual(['failed watchdog.serviceTooShort'])
  })
})

describe('the board’s watchdog', () => {
  const judged = (configured: string | null, facts: Readonly<Record<string, string>> | null, running = false) => {
    using made = machine(facts === null ? {} : { 'dev/watchdog': '' })
    for (const [name, value] of Object.entries(facts ?? {})) made.write(`sys/class/watchdog/watchdog0/${name}`, value)
    return codes(judgeWatchdog(probeWatchdog(configured, 'noSystemd', made.roots), running)).slice(1)
  }
  test('that is configured must be there, wait for long enough, and be nobody else’s', () => {
    expect(judged('/dev/watchdog', null)).toEqual(['failed watchdog.missing'])
    expect(judged('/dev/watchdog', { timeout: '5' })).toEqual(['failed watchdog.tooShort'])
    expect(judged('/dev/watchdog', { timeout: '15', state: 'active' })).toEqual(['failed watchdog.inUse'])
    expect(judged('/dev/watchdog', { timeout: '15', state: 'active' }, true)).toEqual(['ok watchdog.configured'])
    expect(judged('/dev/watchdog', { timeout: '15', state: 'inactive' })).toEqual(['ok watchdog.configured'])
  })
  test('that is not configured is best fed by systemd', () => {
    expect(judged(null, { state: 'active' })).toEqual(['ok watchdog.machineWatched'])
    expect(judged(null, { state: 'inactive' })).toEqual(['note watchdog.machineUnwatched'])
    expect(judged(null, null)).toEqual([])
  })
})

test('a folder that is no folder is no machine, and reading it fails nothing', async () => {
  using made = machine()
  mkdirSync(join(made.folder, 'sys'))
  expect(await probePower(made.roots)).toEqual({ celsius: null, throttled: null })
})
