// gateway.yaml → a checked configuration for the core and settings for the shell; or every mistake in it, with its line.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { Compile } from 'typebox/compile'
import { languageNamed, usualLanguage } from '../../../protocol/command-line/language.ts'
import { type Problem, problemText, unreadableText } from '../../../protocol/command-line/problems.ts'
import { everyError, schemaProblems } from '../../../protocol/command-line/schema-problems.ts'
import { halfCharacters } from '../../../protocol/command-line/value-problems.ts'
import type { GatewayId } from '../../../protocol/ids.ts'
import type { Language, Text } from '../../../protocol/text.ts'
import { seconds } from '../../../protocol/time.ts'
import type { Configuration, DeviceEntry, IncidentLevel } from '../../core/configuration.ts'
import { dataFiles } from '../data-folder.ts'
import { ruleProblems, usualConsole, usualHeartbeatSeconds, usualMqtt, usualSilentSeconds } from './rules.ts'
import { GatewayFile } from './schema.ts'
import { readYaml } from './yaml-source.ts'

export type Address = { readonly address: string; readonly port: number }
export type KeyFiles = { readonly certificate: string; readonly key: string }

/** What the shell needs to know at the start. It does not change while the gateway runs. Paths are absolute. */
export type Settings = {
  readonly gateway: GatewayId
  readonly data: string
  readonly mqtt: Address
  readonly console: Address & { readonly tls: KeyFiles | null }
  readonly tls: KeyFiles & { readonly authority: string; readonly revoked: string }
}

export type ReadConfiguration =
  | { readonly ok: true; readonly configuration: Configuration; readonly settings: Settings }
  /**
   * One sentence for each mistake: file and line, field, found, expected, what to do.
   * `language` is what the file says of it all the same, if it could be read that far.
   */
  | { readonly ok: false; readonly problems: readonly Text[]; readonly language: Language | null }

/** @param data folder that takes the place of the one in the file. */
export function readConfiguration(path: string, data: string | null = null): ReadConfiguration {
  try {
    return parseConfiguration(readFileSync(path, 'utf8'), path, data)
  } catch (error) {
    return { ok: false, problems: [unreadableText(path, error)], language: null }
  }
}

const file = Compile(GatewayFile)

/** @param path of the file: names it in problems, and paths in it are relative to its folder. */
export function parseConfiguration(content: string, path: string, data: string | null = null): ReadConfiguration {
  const source = readYaml(content, basename(path))
  if (source.problems.length > 0) return { ok: false, problems: source.problems, language: null }
  const found = source.value
  const refused = (problems: readonly Problem[]): ReadConfiguration => ({
    ok: false,
    problems: problems.map(problem => problemText(source.placeOf(problem.path), problem)),
    language: languageOf(found),
  })
  if (!file.Check(found)) return refused(schemaProblems(errorsOf(found), GatewayFile, found))
  const problems = [...halfCharacters(found), ...ruleProblems(found)]
  if (problems.length > 0) return refused(problems)
  const version = createHash('sha256').update(content).digest('hex').slice(0, 16)
  return {
    ok: true,
    configuration: configurationOf(found, version),
    settings: settingsOf(found, dirname(resolve(path)), data),
  }
}

const errorsOf = (found: unknown) => everyError(() => file.Errors(found))

/** Of a file that may be wrong elsewhere: its mistakes are told in its language. */
const languageOf = (found: unknown): Language | null =>
  typeof found === 'object' && found !== null && 'language' in found ? languageNamed(found.language) : null

function configurationOf(content: GatewayFile, version: string): Configuration {
  return {
    version,
    gateway: content.gateway,
    language: content.language ?? usualLanguage,
    sites: content.sites,
    devices: content.devices.map(device => deviceEntry(device, content)),
    responders: content.responders,
    policies: content.policies.map(({ id, steps, repeatSeconds }) => ({
      id,
      steps: steps.map(({ name, afterSeconds, notify }) => ({ name, afterMs: seconds(afterSeconds), notify })),
      repeatMs: seconds(repeatSeconds),
    })),
    defaultPolicy: content.defaultPolicy,
    faultResponders: content.faults.notify,
    silentMs: seconds(content.supervision?.silentAfterSeconds ?? usualSilentSeconds),
    incidentLevels: content.incidentLevels?.map(incidentLevel) ?? usualIncidentLevels,
  }
}

function deviceEntry(device: GatewayFile['devices'][number], content: GatewayFile): DeviceEntry {
  return {
    id: device.id,
    site: device.site,
    heartbeatMs: seconds(device.heartbeatSeconds ?? usualHeartbeatSeconds),
    indicator: device.indicator ?? 'off',
    buttons: device.buttons.map(({ id, name, room, zone, policy }) => ({
      id,
      name,
      room,
      zone,
      policy: policy ?? content.defaultPolicy,
    })),
  }
}

const incidentLevel = ({ level, de, en }: { level: number; de: string; en: string }): IncidentLevel => ({
  level: level as IncidentLevel['level'], // an integer from 0 to 3 by the schema
  text: { de, en },
})

/** After the list of the City of Cologne and the Aachen model, on which it leans. */
const usualIncidentLevels: readonly IncidentLevel[] = [
  { level: 0, de: 'Normales bis kontroverses Gespräch', en: 'Normal to controversial conversation' },
  { level: 1, de: 'Verbale Aggression, unangepasstes Verhalten', en: 'Verbal aggression, inappropriate behaviour' },
  {
    level: 2,
    de: 'Sachbeschädigung, körperliche Gewalt, Bedrohung, Nötigung',
    en: 'Damage to property, physical violence, threat, coercion',
  },
  {
    level: 3,
    de: 'Einsatz von Waffen oder Werkzeugen, Bombendrohung, Amoklauf, Geiselnahme, Überfall',
    en: 'Use of weapons or tools, bomb threat, rampage, hostage-taking, robbery',
  },
].map(incidentLevel)

function settingsOf(content: GatewayFile, folder: string, data: string | null): Settings {
  const inFolder = (path: string) => resolve(folder, path)
  const dataFolder = data === null ? inFolder(content.data ?? 'data') : resolve(data)
  const inData = (path: string | undefined, usual: string) =>
    path === undefined ? resolve(dataFolder, usual) : inFolder(path)
  const tls = {
    authority: inData(content.tls?.authority, dataFiles.authority),
    certificate: inData(content.tls?.certificate, dataFiles.certificate),
    key: inData(content.tls?.key, dataFiles.key),
    revoked: inData(content.tls?.revoked, dataFiles.revoked),
  }
  return {
    gateway: content.gateway.id,
    data: dataFolder,
    mqtt: { ...usualMqtt, ...content.mqtt },
    console: {
      ...usualConsole,
      ...content.console,
      tls: consoleTls(content.console?.tls, tls, inFolder),
    },
    tls,
  }
}

type ConsoleTls = NonNullable<GatewayFile['console']>['tls']

function consoleTls(tls: ConsoleTls, gateway: KeyFiles, inFolder: (path: string) => string): KeyFiles | null {
  if (tls === undefined) return null
  if (tls === 'gateway') return { certificate: gateway.certificate, key: gateway.key }
  return { certificate: inFolder(tls.certificate), key: inFolder(tls.key) }
}
