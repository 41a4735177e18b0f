// Where a command works: which gateway.yaml, which data folder, which language.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { usualLanguage } from '../../../protocol/command-line/language.ts'
import { StartError } from '../../../protocol/command-line/start-error.ts'
import { type Language, lines } from '../../../protocol/text.ts'
import type { Configuration } from '../../core/configuration.ts'
import { type ReadConfiguration, readConfiguration, type Settings } from '../configuration/configuration.ts'
import { dataFiles } from '../data-folder.ts'
import { type Names, namesOf } from '../names.ts'

/** `--config` and `--data` as they were given; `language` if one was asked for, by option or environment. */
export type PlaceOptions = { readonly config?: string; readonly data?: string; readonly language?: Language }

/** The file that --config names; else the one in the folder that --data names; else the one in this folder, or in its `data`. */
export function configurationPath({ config, data }: PlaceOptions): string {
  const here = dataFiles.configuration
  const inData = join(data ?? 'data', here)
  const candidates = data === undefined ? [here, inData] : [inData]
  return config ?? candidates.find(path => existsSync(path)) ?? here
}

/** The valid configuration, for commands that need one. @throws StartError with every mistake in it. */
export function requiredConfiguration(options: PlaceOptions): Extract<ReadConfiguration, { ok: true }> {
  const read = readConfiguration(configurationPath(options), options.data ?? null)
  if (!read.ok) throw new StartError(lines(read.problems))
  return read
}

/** What the configuration says of the language, even if it has a mistake elsewhere; null if there is none. */
export function configuredLanguage(options: PlaceOptions): Language | null {
  const path = configurationPath(options)
  if (!existsSync(path)) return null
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
  const isThere = options.config !== undefined || existsSync(path)
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
