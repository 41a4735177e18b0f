// stillruf-gateway as commander sees it: its commands and its first help page. What a command needs is loaded when it runs.
import { Command } from 'commander'
import { exitStatus, helpIn, helpText } from '../../protocol/command-line/help.ts'
import { usualLanguage } from '../../protocol/command-line/language.ts'
import { version, versionText } from '../../protocol/command-line/version.ts'
import { type Language, text } from '../../protocol/text.ts'
import { addAccount } from './accounts.ts'
import { addRevoke, addSign } from './certificates.ts'
import { languageOption } from './command.ts'
import { addMonitor, addRecords } from './observation.ts'
import { addRun, addSetup } from './operation.ts'

/** @param asked the language that somebody asked for; null: help is German, and a command speaks as the configuration says. */
export function createProgram(asked: Language | null): Command {
  const language = asked ?? usualLanguage
  const program = new Command('stillruf-gateway')
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .configureHelp(helpIn(language))
    .version(`stillruf-gateway ${version}`, '--version', versionText[language])
    .helpOption('-h, --help', helpText[language])
    .helpCommand(false)
    .hook('preAction', (_, command) => void command.setOptionValue('language', asked ?? undefined))
    .description(purpose[language])
    .addOption(languageOption(language))
    .addHelpText('after', firstSteps[language])
    .addHelpText('afterAll', exitStatus[language])
  for (const add of [addRun, addSetup, addAccount, addSign, addRevoke, addMonitor, addRecords]) add(program, language)
  return program
}

const purpose = text(
  'Die Zentrale von Stillruf, dem stillen Alarm: Sie nimmt die Alarme aller Geräte an, meldet sie, bis jemand übernimmt, und führt das Protokoll.',
  'The gateway of Stillruf, the silent alarm: it takes the alarms of all devices, tells people until somebody takes over, and keeps the record.',
)

const firstSteps = text(
  `
Eine Zentrale in Betrieb nehmen:
  1. stillruf-gateway setup --data /var/lib/stillruf
     legt Schlüssel, Datenbank, gateway.yaml und das erste Konto an;
     dessen Passwort wird nur dieses eine Mal gezeigt
  2. in /var/lib/stillruf/gateway.yaml Standorte, Geräte, Helfer und
     Alarmpläne eintragen
  3. stillruf-gateway run --data /var/lib/stillruf
     startet die Zentrale; Konsole: http://127.0.0.1:8080
  4. stillruf-gateway sign request.csr --out certificate.pem \\
                           --data /var/lib/stillruf
     lässt ein Gerät ein: certificate.pem und authority.pem dorthin kopieren
  5. jeden Taster einmal drücken: Nur ein Taster, dessen Alarm ankam, schützt

Ohne --config gilt gateway.yaml im Ordner von --data; ohne beides die in diesem
Ordner oder in seinem Ordner data.`,
  `
Putting a gateway into service:
  1. stillruf-gateway setup --data /var/lib/stillruf
     makes keys, database, gateway.yaml and the first account;
     its password is shown this once
  2. enter sites, devices, responders and policies in
     /var/lib/stillruf/gateway.yaml
  3. stillruf-gateway run --data /var/lib/stillruf
     starts the gateway; console: http://127.0.0.1:8080
  4. stillruf-gateway sign request.csr --out certificate.pem \\
                           --data /var/lib/stillruf
     lets a device in: copy certificate.pem and authority.pem to it
  5. press every button once: only a button whose alarm arrived protects

Without --config, gateway.yaml in the folder of --data counts; without both, the
one in this folder or in its folder data.`,
)
