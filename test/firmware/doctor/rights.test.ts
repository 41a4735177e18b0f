// As whom the device runs, what that account may use, and whether its key is its own.
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Account, mayUse, probeAccount } from '../../../firmware/shell/doctor/account.ts'
import { type IdentityReading, judgeIdentity, probeIdentity } from '../../../firmware/shell/doctor/identity.ts'
import { judgePermissions, probePermissions } from '../../../firmware/shell/doctor/permissions.ts'
import type { ServiceReading } from '../../../firmware/shell/doctor/service.ts'
import { createAuthority } from '../../../gateway/provisioning/authority.ts'
import { text } from '../../../protocol/text.ts'
import { deviceFolder, deviceName } from '../test-device.ts'
import { codes, machine, said } from './machine.ts'

const names = {
  'etc/passwd':
    'root:x:0:0::/root:/bin/sh\nstillruf:x:990:980::/var/lib/stillruf:/bin/false\npi:x:1000:1000::/home/pi:/bin/bash\n',
  'etc/group': 'root:x:0:\nstillruf:x:980:\ngpio:x:986:pi\ndialout:x:20:\npi:x:1000:\n',
}
const service: ServiceReading = {
  name: 'stillruf-device',
  active: false,
  enabled: true,
  user: 'stillruf',
  groups: ['gpio'],
  watchdogMs: 30_000,
}
const account = (change: Partial<Account> = {}): Account => ({
  name: 'stillruf',
  id: 990,
  groups: [980],
  by: 'service',
  ...change,
})

describe('the account of the device', () => {
  test('is that of the running program, with the groups that it really has', async () => {
    using made = machine({
      ...names,
      'proc/77/status': 'Name:\tnode\nUid:\t990\t990\t990\t990\nGid:\t980\t980\t980\t980\nGroups:\t986 980 \n',
    })
    expect(await probeAccount(made.roots, 77, service, '/nowhere')).toEqual({
      name: 'stillruf',
      id: 990,
      groups: [980, 986, 980],
      by: 'program',
    })
  })
  test('is that of the service while nothing runs, with the groups that systemd adds', async () => {
    using made = machine(names)
    const found = await probeAccount(made.roots, null, service, '/nowhere')
    expect(found).toMatchObject({ name: 'stillruf', id: 990, by: 'service' })
    expect(found.groups).toEqual([980, 986])
  })
  test('is the owner of the data folder without a service, and else whoever examines', async () => {
    using made = machine(names)
    const id = process.getuid?.() ?? 0
    expect(await probeAccount(made.roots, null, null, made.folder)).toMatchObject({ id, by: 'folder' })
    expect(await probeAccount(made.roots, null, null, '/nowhere')).toMatchObject({ id, by: 'self' })
  })
})

test('a file is open by its owner, else by its group, else to all; root may everything', () => {
  const file = { path: 'x', owner: 1, group: 986, groupName: 'gpio', mode: 0o100660 }
  const may = (change: Partial<Account>, mode = 0o100660) => mayUse(account(change), { ...file, mode }, 'readAndWrite')
  expect([may({}), may({ groups: [986] }), may({ id: 1 }), may({ id: 0 })]).toEqual([false, true, true, true])
  expect([may({}, 0o100666), may({ groups: [986] }, 0o100606), may({ id: 1 }, 0o100066)]).toEqual([true, false, false])
})

describe('the files behind the lines', () => {
  const file = (mode: number, groupName: string | null, path = '/dev/gpiochip0') => ({
    path,
    owner: 0,
    group: 986,
    groupName,
    mode,
  })
  const judged = (files: Parameters<typeof judgePermissions>[0]['files'], change: Partial<Account> = {}) =>
    judgePermissions({ account: account(change), files })

  test('that the account may use are in order', () => {
    expect(codes(judged([file(0o660, 'gpio')], { groups: [986] }))).toEqual(['ok permissions.allowed'])
    expect(judged([])).toEqual([])
  })
  test('of a group that may use them are opened by joining it: the command is given', () => {
    const findings = judged([file(0o660, 'gpio')])
    expect(codes(findings)).toEqual(['failed permissions.notAllowed'])
    expect(said(findings)).toBe(
      'The account stillruf may not use /dev/gpiochip0. Run “sudo usermod -aG gpio stillruf” once (in the service: SupplementaryGroups=gpio), then restart the program.',
    )
  })
  test('that are root’s alone are opened by a rule of udev: the rule is given', () => {
    const sentence = said(judged([file(0o600, 'root')]), 'de')
    expect(sentence).toContain(
      'In /etc/udev/rules.d/60-stillruf.rules diese Zeile schreiben: SUBSYSTEM=="gpio", KERNEL=="gpiochip*", GROUP="gpio", MODE="0660"',
    )
    expect(sentence).toContain('sudo usermod -aG gpio stillruf')
    expect(said(judged([file(0o600, 'root', '/dev/ttyACM0')]))).toContain('GROUP="dialout"')
  })
  test('are those of the backend, as far as they are there', async () => {
    using made = machine({
      ...names,
      'dev/gpiochip0': '',
      'dev/gpiochip1': '',
      'dev/ttyACM0': '',
      'sys/class/gpio/export': '',
    })
    const paths = async (lines: Parameters<typeof probePermissions>[0]) =>
      (await probePermissions(lines, account(), made.roots)).files.map(({ path }) => path.slice(made.folder.length))
    expect(await paths({ backend: 'gpiochip' })).toEqual(['/dev/gpiochip0', '/dev/gpiochip1'])
    expect(await paths({ backend: 'onoff' })).toEqual(['/sys/class/gpio/export'])
    const boards = [
      { name: 'uno', port: join(made.roots.dev, 'ttyACM0') },
      { name: 'gone', port: '/dev/none' },
    ]
    expect(await paths({ backend: 'firmata', boards })).toEqual(['/dev/ttyACM0'])
    expect(await paths({ backend: 'simulated', socket: '' })).toEqual([])
  })
})

describe('the identity', () => {
  const now = new Date('2026-11-25T12:00:00Z')
  const days = (count: number): Date => new Date(now.getTime() + count * 86_400_000)
  const good: IdentityReading = {
    device: deviceName,
    account: account(),
    keyPath: '/var/lib/stillruf/key.pem',
    key: { path: '/var/lib/stillruf/key.pem', owner: 990, group: 980, groupName: 'stillruf', mode: 0o100600 },
    readable: true,
    refusal: null,
    validities: [{ path: 'certificate.pem', from: days(-1), until: days(365) }],
    now,
  }
  const judged = (change: Partial<IdentityReading>) => codes(judgeIdentity({ ...good, ...change }))
  const until = (from: Date, end: Date) => judged({ validities: [{ path: 'certificate.pem', from, until: end }] })

  test('that is whole, valid and kept from others is in order', () => {
    expect(said(judgeIdentity(good))).toContain('hold for rathaus-1 until 25 November 2027')
    expect(judged({})).toEqual(['ok identity.valid'])
  })
  test('that has expired or is not valid yet fails; that ends within a month needs care', () => {
    expect(until(days(-9), days(-1))).toEqual(['failed identity.expired'])
    expect(until(days(1), days(9))).toEqual(['failed identity.notYetValid'])
    expect(until(days(-1), days(29))).toEqual(['note identity.expiresSoon'])
    expect(until(days(-1), days(31))).toEqual(['ok identity.valid'])
  })
  test('whose key others may read needs care; whose own account may not read it fails', () => {
    const key = good.key
    if (key === null) throw new Error('no key')
    expect(judged({ key: { ...key, mode: 0o100640 } })).toEqual(['note identity.keyOpen'])
    expect(judged({ key: { ...key, owner: 0 } })).toEqual(['failed identity.keyNotReadable'])
    expect(judged({ readable: false })).toEqual(['note identity.notExamined'])
    expect(judged({ readable: false, key: null, validities: [] })).toEqual(['note identity.notExamined'])
  })
  test('that the program would refuse is told in the program’s own words', () => {
    expect(said(judgeIdentity({ ...good, refusal: text('So nicht.', 'Not so.') }), 'de')).toBe('So nicht.')
  })

  test('is read from its files as the program reads it', async () => {
    await using place = await deviceFolder(await createAuthority({ name: 'Test' }), ['mqtts://localhost:1'])
    using made = machine(names)
    const file = (name: string) => join(place.folder, name)
    const files = { key: file('key.pem'), certificate: file('certificate.pem'), authority: file('authority.pem') }
    const owner = account({ id: process.getuid?.() ?? 0 })
    const probe = async () => (await probeIdentity(files, deviceName, owner, made.roots)).reading
    const whole = await probe()
    expect(codes(judgeIdentity(whole))).toEqual(['ok identity.valid'])
    expect(whole.validities).toHaveLength(2)
    const key = readFileSync(files.key)
    chmodSync(files.key, 0o644)
    expect(codes(judgeIdentity(await probe()))).toEqual(['note identity.keyOpen'])
    writeFileSync(files.certificate, readFileSync(files.authority))
    expect(codes(judgeIdentity(await probe()))).toEqual(['failed identity.refused'])
    rmSync(files.key)
    expect(said(judgeIdentity(await probe()))).toContain('“stillruf-device identity --device rathaus-1” makes it.')
    writeFileSync(files.key, key)
    writeFileSync(files.certificate, 'nothing')
    expect(said(judgeIdentity(await probe()))).toContain('holds no certificate')
  })
})
