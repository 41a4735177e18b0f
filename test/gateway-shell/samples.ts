// Records and folders for the tests of the gateway's shell.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GatewayRecord, RecordBody, RecordNumber } from '../../gateway/core/record-types.ts'
import type { AlarmId, BootId, ButtonId, DeviceId, PolicyId, PressId, ResponderId } from '../../protocol/ids.ts'
import { millis, wallTime } from '../../protocol/time.ts'

/** A folder that is gone when the test ends. */
export function temporaryFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'stillruf-gateway-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

export const recordNumber = (value: number): RecordNumber => value as RecordNumber
export const alarmId = (sequence: number): AlarmId => `tresen-1.00000000000000aa.${sequence}` as AlarmId

export const numbered = (number: number, body: RecordBody): GatewayRecord => ({
  number: recordNumber(number),
  at: wallTime(1_800_000_000_000 + number),
  ...body,
})

export const started = (number: number): GatewayRecord => numbered(number, { kind: 'gatewayStarted', version: '0.1.0' })

export function raised(number: number, alarm: AlarmId): GatewayRecord {
  const device = 'tresen-1' as DeviceId
  const button = 'knopf-1' as ButtonId
  const pressedAt = wallTime(1_800_000_000_000 + 10 * number)
  const contact = {
    wiring: 'normallyOpen',
    edges: 1,
    heldMs: millis(30),
    confirmedBy: 'held',
    timeSource: 'kernel',
  } as const
  return numbered(number, {
    kind: 'alarmRaised',
    alarm,
    alarmKind: 'alarm',
    device,
    button,
    place: { site: 'Rathaus', zone: 'Bürgerbüro', room: 'Raum 012', button: 'Tresen' },
    pressedAt,
    late: false,
    policy: { id: 'alle' as PolicyId, steps: [], repeatMs: millis(60_000) },
    contact,
    message: {
      v: 1,
      kind: 'alarm',
      device,
      boot: '00000000000000aa' as BootId,
      n: number,
      clockErrorMs: null,
      button,
      id: alarm as string as PressId,
      pressedAt,
      ageMs: millis(3),
      ageBasis: 'monotonic',
      contact,
      sig: 'A'.repeat(86),
    },
  })
}

export const closed = (number: number, alarm: AlarmId): GatewayRecord =>
  numbered(number, {
    kind: 'closed',
    alarm,
    responder: 'empfang' as ResponderId,
    channel: 'console',
    outcome: 'noIncident',
    note: 'Schluß: alles ruhig – 👍',
  })
