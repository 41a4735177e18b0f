// `stillruf-gateway setup`: everything that a gateway needs before its first run. What is there already is kept.
import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { StartError } from '../../../protocol/command-line/start-error.ts'
import { type Language, text } from '../../../protocol/text.ts'
import type { Settings } from '../configuration/configuration.ts'
import { databaseIn, dataFiles } from '../data-folder.ts'
import { accountId, openAccounts } from '../store/accounts.ts'
import { createDatabase, openDatabase } from '../store/database.ts'
import { printPassword } from './accounts.ts'
import { ensureAuthority, ensureGatewayCertificate } from './certificates.ts'
import { exampleConfiguration } from './example-configuration.ts'
import { ensureFolder, writeWhole } from './folder.ts'
import { configurationPath, isMissing, type Place, type PlaceOptions, placeOf, requiredConfiguration } from './place.ts'
import { printLine } from './terminal.ts'

export type SetupOptions = PlaceOptions & { readonly host?: readonly string[]; readonly account: string }

export async function setup(options: SetupOptions): Promise<void> {
  const account = accountId(options.account)
  const extraHosts = (options.host ?? []).map(checkedHost)
  const config = configurationPath(options)
  const isExample = options.config === undefined && isMissing(config)
  const isInNewFolder = isExample && writeExample(config, account)
  const { configuration, settings } = requiredConfiguration({ ...options, config })
  const place = placeOf({ ...options, config })
  const { data, tls } = settings
  const say = (part: Part, path: string, isNew: boolean) => printLine(partLine(part, path, isNew, place.language))

  say('configuration', config, isExample)
  say('data', data, ensureFolder(data) || isInNewFolder)
  const { authority, isNew } = await ensureAuthority(data, configuration.gateway.name)
  say('authority', join(data, dataFiles.authority), isNew)
  const hosts = [...new Set(['localhost', '127.0.0.1', ...machineName(), ...ownAddresses(settings), ...extraHosts])]
  const gateway = await ensureGatewayCertificate(authority, tls, settings.gateway, hosts)
  say('certificate', `${tls.certificate} (${gateway.hosts.join(', ')})`, gateway.isNew)
  say('database', databaseIn(data), ensureDatabase(databaseIn(data)))
  await ensureAdministrator(account, place)
}

/** An example for where there is no configuration: it runs, and says what to fill in. True if its folder is new, too. */
function writeExample(path: string, account: string): boolean {
  const isInNewFolder = ensureFolder(dirname(path))
  writeWhole(path, exampleConfiguration.replaceAll('empfang', account), 0o644)
  return isInNewFolder
}

type Part = keyof typeof parts

const parts = {
  configuration: text('Konfiguration', 'Configuration'),
  data: text('Datenordner', 'Data folder'),
  authority: text('Zertifizierungsstelle', 'Authority'),
  certificate: text('Zertifikat der Zentrale', 'Gateway’s certificate'),
  database: text('Datenbank', 'Database'),
  administrator: text('Verwaltungskonto', 'Administrator account'),
}

function partLine(part: Part, path: string, isNew: boolean, language: Language): string {
  const state = isNew ? text('neu', 'new') : text('vorhanden', 'kept')
  return `${parts[part][language].padEnd(23)}  ${state[language].padEnd(9)}  ${path}`
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

function checkedHost(host: string): string {
  if (!isHost(host))
    throw new StartError(
      text(
        `--host ist „${host}“; erwartet wird ein DNS-Name oder eine IP-Adresse, zum Beispiel „zentrale.example.org“.`,
        `--host is “${host}”, expected a DNS name or an IP address, for example “zentrale.example.org”.`,
      ),
    )
  return host
}

const machineName = (): readonly string[] => [hostname()].filter(isHost)

/** Addresses to listen at that mean one address and not all of them. */
const ownAddresses = ({ mqtt, console }: Settings): readonly string[] =>
  [mqtt.address, console.address].filter(address => !['0.0.0.0', '::'].includes(address))
