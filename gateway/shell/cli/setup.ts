// `stillruf-gateway setup`: everything that a gateway needs before its first run. What is there already is kept.
import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Language } from '../../../protocol/faults.ts'
import type { Settings } from '../configuration/configuration.ts'
import { databaseIn, dataFiles } from '../data-folder.ts'
import { StartError } from '../start-error.ts'
import { accountId, openAccounts } from '../store/accounts.ts'
import { createDatabase, openDatabase } from '../store/database.ts'
import { printPassword } from './accounts.ts'
import { ensureAuthority, ensureGatewayCertificate } from './certificates.ts'
import { exampleConfiguration } from './example-configuration.ts'
import { ensureFolder, writeWhole } from './folder.ts'
import { configurationPath, type Place, type PlaceOptions, placeOf, requiredConfiguration } from './place.ts'
import { printLine } from './terminal.ts'

export type SetupOptions = PlaceOptions & { readonly host?: readonly string[]; readonly account: string }

export async function setup(options: SetupOptions): Promise<void> {
  const account = accountId(options.account)
  const extraHosts = (options.host ?? []).map(checkedHost)
  const example = makeExample(options, account)
  const config = example?.path ?? configurationPath(options)
  const { configuration, settings } = requiredConfiguration({ ...options, config })
  const place = placeOf({ ...options, config })
  const { data, tls } = settings
  const say = (part: Part, path: string, isNew: boolean) => printLine(partLine(part, path, isNew, place.language))

  say('configuration', config, example !== null)
  say('data', data, ensureFolder(data) || example?.inNewFolder === true)
  const { authority, isNew } = await ensureAuthority(data, configuration.gateway.name)
  say('authority', join(data, dataFiles.authority), isNew)
  const hosts = [...new Set(['localhost', '127.0.0.1', ...machineName(), ...ownAddresses(settings), ...extraHosts])]
  const gateway = await ensureGatewayCertificate(authority, tls, settings.gateway, hosts)
  say('certificate', `${tls.certificate} (${gateway.hosts.join(', ')})`, gateway.isNew)
  say('database', databaseIn(data), ensureDatabase(databaseIn(data)))
  await ensureAdministrator(account, place)
}

/** Where there is no configuration, an example is put into the data folder: it runs, and says what to fill in. */
function makeExample(options: SetupOptions, account: string): { path: string; inNewFolder: boolean } | null {
  if (options.config !== undefined || existsSync(configurationPath(options))) return null
  const data = options.data ?? 'data'
  const inNewFolder = ensureFolder(data)
  const path = join(data, dataFiles.configuration)
  writeWhole(path, exampleConfiguration.replaceAll('empfang', account), 0o644)
  return { path, inNewFolder }
}

type Part = keyof typeof parts

const parts = {
  configuration: { de: 'Konfiguration', en: 'Configuration' },
  data: { de: 'Datenordner', en: 'Data folder' },
  authority: { de: 'Zertifizierungsstelle', en: 'Authority' },
  certificate: { de: 'Zertifikat der Zentrale', en: 'Gateway’s certificate' },
  database: { de: 'Datenbank', en: 'Database' },
  administrator: { de: 'Verwaltungskonto', en: 'Administrator account' },
} as const satisfies Record<string, Record<Language, string>>

function partLine(part: Part, path: string, isNew: boolean, language: Language): string {
  const state = { de: isNew ? 'neu' : 'vorhanden', en: isNew ? 'new' : 'kept' }[language]
  return `${parts[part][language].padEnd(23)}  ${state.padEnd(9)}  ${path}`
}

function ensureDatabase(path: string): boolean {
  const isNew = !existsSync(path)
  if (isNew) createDatabase(path)
  else openDatabase(path, 'visitor').close()
  return isNew
}

async function ensureAdministrator(account: ReturnType<typeof accountId>, place: Place): Promise<void> {
  using accounts = openAccounts(databaseIn(place.data))
  const existing = accounts.list().find(({ role }) => role === 'administrator')
  printLine(partLine('administrator', existing?.id ?? account, existing === undefined, place.language))
  if (existing !== undefined) return
  printPassword(account, 'administrator', await accounts.create(account, place.names(account), 'administrator'), place)
}

const isHost = (text: string): boolean =>
  isIP(text) !== 0 || /^(?=.{1,253}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text)

function checkedHost(text: string): string {
  if (!isHost(text))
    throw new StartError(
      `Found “${text}” for --host, expected a DNS name or an IP address, for example “zentrale.example.org”. Correct it.`,
    )
  return text
}

const machineName = (): readonly string[] => [hostname()].filter(isHost)

/** Addresses to listen at that mean one address and not all of them. */
const ownAddresses = ({ mqtt, console }: Settings): readonly string[] =>
  [mqtt.address, console.address].filter(address => !['0.0.0.0', '::'].includes(address))
