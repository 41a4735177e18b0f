// The options that all commands have in common: where a gateway's data are, and the language.
import { type Command, Option } from 'commander'
import { type Language, text } from '../../protocol/text.ts'

/** A command that works on a gateway's data. */
export const placeCommand = (parent: Command, name: string, language: Language): Command =>
  parent
    .command(name)
    .option('--config <file>', configuration[language])
    .option('--data <folder>', data[language])
    .addOption(languageOption(language))

export const languageOption = (language: Language): Option => new Option('--language <language>', languages[language])

const configuration = text(
  'Konfiguration; sonst gateway.yaml im genannten Datenordner; ohne beides die in diesem Ordner oder in seinem Ordner data',
  'configuration; else gateway.yaml in the data folder that is named; without both, the one in this folder or in its folder data',
)

const data = text(
  'Datenordner: Datenbank, Schlüssel, Zertifikate; sonst wie in der Konfiguration',
  'data folder: database, keys, certificates; else as the configuration says',
)

const languages = text(
  'Sprache, de oder en; sonst gilt STILLRUF_LANGUAGE, sonst die Konfiguration, sonst Deutsch',
  'language, de or en; else STILLRUF_LANGUAGE counts, else the configuration, else German',
)
