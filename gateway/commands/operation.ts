// `run` and `setup`.
import type { Command } from 'commander'
import { examples } from '../../protocol/command-line/help.ts'
import { type Language, text } from '../../protocol/text.ts'
import type { RunOptions } from '../shell/cli/run.ts'
import type { SetupOptions } from '../shell/cli/setup.ts'
import { placeCommand } from './command.ts'

export function addRun(program: Command, language: Language): void {
  placeCommand(program, 'run', language)
    .description(
      text(
        'Betreibt die Zentrale bis Strg-C oder SIGTERM. Ihr Logbuch geht an stderr: eine Zeile JSON je Ereignis, auf Englisch.',
        'Runs the gateway until Ctrl-C or SIGTERM. Its log goes to stderr: a line of JSON for each event, in English.',
      )[language],
    )
    .option(
      '--verbose',
      text('auch jede gescheiterte Verbindung ins Logbuch', 'log every connection that fails, too')[language],
    )
    .addHelpText(
      'after',
      text(
        `
Eine geänderte gateway.yaml gilt, sobald sie gespeichert ist, oder nach SIGHUP.
Ist sie fehlerhaft, gilt die alte weiter, und eine Störung wird gemeldet.`,
        `
A changed gateway.yaml counts as soon as it is saved, or after SIGHUP.
If it is faulty, the old one stays in force, and a fault is told.`,
      )[language],
    )
    .addHelpText('after', examples(language, 'stillruf-gateway run --data /var/lib/stillruf'))
    .action(async (options: RunOptions) => (await import('../shell/cli/run.ts')).run(options))
}

export function addSetup(program: Command, language: Language): void {
  placeCommand(program, 'setup', language)
    .description(
      text(
        'Legt an, was eine Zentrale braucht: Zertifizierungsstelle, Zertifikat, Datenbank, erstes Konto. Was schon da ist, bleibt.',
        'Makes what a gateway needs: authority, certificate, database, first account. Keeps what is there.',
      )[language],
    )
    .option(
      '--host <name...>',
      text(
        'weitere Namen oder Adressen, unter denen Geräte und Browser die Zentrale erreichen',
        'further names or addresses under which devices and browsers reach the gateway',
      )[language],
    )
    .option(
      '--account <name>',
      text('Name des ersten Verwaltungskontos', 'name of the first administrator account')[language],
      'empfang',
    )
    .addHelpText(
      'after',
      text(
        `
Kommt ein Name hinzu oder läuft das Zertifikat bald ab, den Befehl noch einmal
ausführen: Das Zertifikat wird neu gemacht. Danach die Zentrale neu starten.`,
        `
When a name is added or the certificate is about to expire, run this again: the
certificate is made anew. Restart the gateway afterwards.`,
      )[language],
    )
    .addHelpText('after', examples(language, 'stillruf-gateway setup --data /var/lib/stillruf --host zentrale.example'))
    .action(async (options: SetupOptions) => (await import('../shell/cli/setup.ts')).setup(options))
}
