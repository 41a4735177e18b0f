// The service that runs the device, as systemd has it: read once, and judged by several checks.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Roots } from './roots.ts'

export type ServiceReading = {
  readonly name: string
  readonly active: boolean
  /** Whether it starts with the machine. */
  readonly enabled: boolean
  readonly user: string | null
  readonly groups: readonly string[]
  /** Zero: systemd does not watch it. */
  readonly watchdogMs: number
}

/** noSystemd: it does not run here. notInstalled: it knows no such service. unknown: it does not answer this account. */
export type ServiceState = ServiceReading | 'noSystemd' | 'notInstalled' | 'unknown'

export const serviceName = 'stillruf-device'
const properties = ['LoadState', 'ActiveState', 'UnitFileState', 'User', 'SupplementaryGroups', 'WatchdogUSec']
const deadlineMs = 3000

export async function probeService(roots: Roots): Promise<ServiceState> {
  return existsSync(join(roots.run, 'systemd/system')) ? parseService(await show()) : 'noSystemd'
}

/** What is known of the service, if it is there. */
export const serviceIn = (state: ServiceState): ServiceReading | null => (typeof state === 'string' ? null : state)

/** @param text of `systemctl show`: a property a line */
export function parseService(text: string): ServiceState {
  const values = new Map(text.split('\n').map((line): [string, string] => splitAt(line, line.indexOf('='))))
  const loaded = values.get('LoadState')
  if (loaded === undefined) return 'unknown'
  if (loaded !== 'loaded') return 'notInstalled'
  return {
    name: serviceName,
    active: values.get('ActiveState') === 'active',
    enabled: values.get('UnitFileState') === 'enabled',
    user: values.get('User') || null,
    groups: (values.get('SupplementaryGroups') ?? '').split(' ').filter(name => name !== ''),
    watchdogMs: spanMs(values.get('WatchdogUSec') ?? ''),
  }
}

const splitAt = (line: string, at: number): [string, string] => [line.slice(0, at), line.slice(at + 1)]

const units: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }

/** systemd writes `30s` and `1min 30s`; `infinity` or `0` mean that it does not watch. */
function spanMs(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|min|h|d)\b/g)]
  return parts.reduce((sum, [, value, unit = '']) => sum + Number(value) * (units[unit] ?? 0), 0)
}

function show(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const options = { timeout: deadlineMs, env: { ...process.env, LC_ALL: 'C' } }
  execFile('systemctl', ['show', serviceName, `--property=${properties.join(',')}`], options, (_error, out) =>
    resolve(out),
  )
  return promise
}
