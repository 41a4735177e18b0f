// Where a command works: which gateway.yaml, which data folder, which language.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Language } from '../../../protocol/faults.ts'
import type { Configuration } from '../../core/model.ts'
import { type ReadConfiguration, readConfiguration, type Settings } from '../configuration/configuration.ts'
import { dataFiles } from '../data-folder.ts'
import { type Names, namesOf } from '../names.ts'
import { StartError } from '../start-error.ts'

/** `--config`, `--data` and `--language` as they were given. */
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
  if (!read.ok) throw new StartError(read.problems.join('\n'))
  return read
}

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
  if (read !== null && !read.ok && options.data === undefined) throw new StartError(read.problems.join('\n'))
  const valid = read?.ok === true ? read : null
  const configuration = valid?.configuration ?? null
  return {
    data: valid?.settings.data ?? resolve(options.data ?? 'data'),
    configuration,
    settings: valid?.settings ?? null,
    language: options.language ?? configuration?.language ?? 'de',
    names: namesOf(configuration),
  }
}
