// Where a command works: which gateway.yaml, which data folder, which language.
import { statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { usualLanguage } from '../../../protocol/command-line/language.ts'
import { StartError } from '../../../protocol/command-line/start-error.ts'
import { type Language, lines, type Text, text } from '../../../protocol/text.ts'
import type { Configuration } from '../../core/configuration.ts'
import { type ReadConfiguration, readConfiguration, type Settings } from '../configuration/configuration.ts'
import { dataFiles } from '../data-folder.ts'
import { type Names, namesOf } from '../names.ts'

/** `--config` and `--data` as they were given; `language` if one was asked for, by option or environment. */
export type PlaceOptions = { readonly config?: string; readonly data?: string; readonly language?: Language }

/** The file that --config names; else the one in the folder that --data names; without both the one in this folder, else in its `data`. */
export function configurationPath({ config, data }: PlaceOptions): string {
  const here = dataFiles.configuration
  if (config !== undefined) return config
  return data === undefined && !isMissing(here) ? here : join(data ?? 'data', here)
}

/** The path for commands that need a configuration. @throws StartError if there is none where it is looked for. */
export function requiredPath(options: PlaceOptions): string {
  const path = configurationPath(options)
  if (options.config === undefined && isMissing(path)) throw new StartError(missingText(resolve(path)))
  return path
}

/** Not of one that nobody may look for: why that is so is told when it is read. */
export function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined
  } catch {
    return false
  }
}

function missingText(path: string): Text {
  const command = `stillruf-gateway setup --data ${dirname(path)}`
  return text(
    `Die Konfiguration ${path} ist nicht vorhanden. „${command}“ legt sie an; liegt sie anderswo, sie mit --config nennen.`,
    `The configuration ${path} does not exist. Create it with “${command}”, or name the right file with --config.`,
  )
}

/** The valid configuration, for commands that need one. @throws StartError with every mistake in it. */
export function requiredConfiguration(options: PlaceOptions): Extract<ReadConfiguration, { ok: true }> {
  const read = readConfiguration(requiredPath(options), options.data ?? null)
  if (!read.ok) throw new StartError(lines(read.problems))
  return read
}

/** What the configuration says of the language, even if it has a mistake elsewhere; null if there is none. */
export function configuredLanguage(options: PlaceOptions): Language | null {
  const path = configurationPath(options)
  if (isMissing(path)) return null
  return languageOf(readConfiguration(path))
}

const languageOf = (read: ReadConfiguration): Language | null => (read.ok ? read.configuration.language : read.language)

export type Place = {
  /** Absolute path of the data folder. */
  readonly data: string
  /** Null if there is none, or only --data was needed and it has mistakes: then ids stand for names. */
  readonly configuration: Configuration | null
  readonly settings: Settings | null
  readonly language: Language
  readonly names: Names
}

/**
 * For commands that work on the data. They also work without gateway.yaml, or while it has a mistake, if --data is given.
 * @throws StartError if only gateway.yaml could say where the data are, and it has a mistake.
 */
export function placeOf(options: PlaceOptions): Place {
  const path = configurationPath(options)
  const isThere = options.config !== undefined || !isMissing(path)
  const read = isThere ? readConfiguration(path, options.data ?? null) : null
  if (read !== null && !read.ok && options.data === undefined) throw new StartError(lines(read.problems))
  const valid = read?.ok === true ? read : null
  const configuration = valid?.configuration ?? null
  return {
    data: valid?.settings.data ?? resolve(options.data ?? 'data'),
    configuration,
    settings: valid?.settings ?? null,
    language: options.language ?? (read === null ? null : languageOf(read)) ?? usualLanguage,
    names: namesOf(configuration),
  }
}
