// `monitor` and `records`: what happens, and what happened.
import { type Command, Option } from 'commander'
import { examples } from '../../protocol/command-line/help.ts'
import { wholeNumber } from '../../protocol/command-line/values.ts'
import { type Language, text } from '../../protocol/text.ts'
import type { MonitorOptions } from '../shell/cli/monitor.ts'
import type { RecordsOptions } from '../shell/cli/records.ts'
import { placeCommand } from './command.ts'

export function addMonitor(program: Command, language: Language): void {
  placeCommand(program, 'monitor', language)
    .description(
      text(
        'Zeigt laufend, was die Sicherheitsüberwachung sieht: Alarme, Geräte, die Zentrale, Sicherheitsereignisse. Bis Strg-C.',
        'Shows live what security monitoring sees: alarms, devices, the gateway, security events. Until Ctrl-C.',
      )[language],
    )
    .requiredOption(
      '--account <name>',
      text(
        'Konto für die Verbindung; das Passwort wird erfragt, oder es steht in STILLRUF_PASSWORD',
        'account to connect with; its password is asked for, or taken from STILLRUF_PASSWORD',
      )[language],
    )
    .addHelpText(
      'after',
      examples(
        language,
        'stillruf-gateway account add leitstelle --role monitor',
        'stillruf-gateway monitor --account leitstelle',
      ),
    )
    .action(async (options: MonitorOptions) => (await import('../shell/cli/monitor.ts')).monitor(options))
}

export function addRecords(program: Command, language: Language): void {
  const limit = new Option('--limit <number>', text('wie viele Alarme', 'how many alarms')[language])
  placeCommand(program, 'records', language)
    .description(
      text(
        'Zeigt, was geschehen ist: die letzten Alarme, oder alles über einen davon. Die Zentrale darf dabei laufen.',
        'Shows what happened: the latest alarms, or all about one of them. The gateway may run meanwhile.',
      )[language],
    )
    .addOption(
      new Option('--alarm <id>', text('der Verlauf dieses Alarms', 'the timeline of this alarm')[language]).conflicts(
        'all',
      ),
    )
    .option('--all', text('jeder Eintrag, der Reihe nach', 'every record, in order')[language])
    .addOption(limit.argParser(wholeNumber('--limit', 1, 100_000)).default(20))
    .option(
      '--json',
      text('eine Zeile JSON je Eintrag, für andere Programme', 'a line of JSON for each record, for other programs')[
        language
      ],
    )
    .addHelpText(
      'after',
      examples(
        language,
        'stillruf-gateway records --limit 5',
        'stillruf-gateway records --alarm rathaus-1.0f1e2d3c4b5a6978.1',
      ),
    )
    .action(async (options: RecordsOptions) => (await import('../shell/cli/records.ts')).records(options))
}
