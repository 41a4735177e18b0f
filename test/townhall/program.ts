// The options of `npm start` and its help page.
import { Command, Option } from 'commander'
import { configuredLanguage } from '../../gateway/shell/cli/place.ts'
import { examples, exitStatus, helpIn, helpText } from '../../protocol/command-line/help.ts'
import { usualLanguage } from '../../protocol/command-line/language.ts'
import { wholeNumber } from '../../protocol/command-line/values.ts'
import { type Language, text } from '../../protocol/text.ts'

export type Options = { readonly data: string; readonly mqttPort?: number; readonly consolePort?: number }

/** @param asked null: nobody asked for a language, and the town hall's gateway.yaml decides, if there is one. */
export function createProgram(
  asked: Language | null,
  start: (options: Options, language: Language) => Promise<void>,
): Command {
  const language = asked ?? usualLanguage
  return new Command('npm start --')
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .configureHelp(helpIn(language))
    .helpOption('-h, --help', helpText[language])
    .description(purpose[language])
    .option(
      '--data <folder>',
      text('Ordner für alles, was dabei entsteht', 'folder for all that it makes')[language],
      'data',
    )
    .addOption(portOption('mqtt', 8883, language))
    .addOption(portOption('console', 8080, language))
    .option('--language <language>', languages[language])
    .addHelpText('after', examples(language, 'npm start', 'npm start -- --data rathaus --mqtt-port 0 --console-port 0'))
    .addHelpText('after', exitStatus[language])
    .action((options: Options) => start(options, asked ?? configuredLanguage(options) ?? usualLanguage))
}

const purpose = text(
  'Ein erfundenes Rathaus auf diesem Rechner: eine Zentrale, zwei Geräte, acht Taster. Der erste Start richtet alles ein, jeder weitere macht damit weiter.',
  'A fictitious town hall on this machine: a gateway, two devices, eight buttons. The first start sets everything up, each further one goes on with it.',
)

const languages = text(
  'Sprache, de oder en; sonst gilt STILLRUF_LANGUAGE, sonst die Konfiguration, sonst Deutsch',
  'language, de or en; else STILLRUF_LANGUAGE counts, else the configuration, else German',
)

function portOption(name: 'mqtt' | 'console', usual: number, language: Language): Option {
  const option = `--${name}-port`
  const meaning = text(
    `Port, 0 für irgendeinen freien; wird in die Konfiguration übernommen, wo anfangs ${usual} steht`,
    `port, 0 for any free one; it is put into the configuration, which begins with ${usual}`,
  )
  return new Option(`${option} <number>`, meaning[language]).argParser(wholeNumber(option, 0, 65_535))
}
