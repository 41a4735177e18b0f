// `account`: who may log in.
import { type Command, Option } from 'commander'
import { examples } from '../../protocol/command-line/help.ts'
import { oneOf } from '../../protocol/command-line/values.ts'
import { type AccountRole, accountRoles } from '../../protocol/console.ts'
import { type Language, text } from '../../protocol/text.ts'
import type { PlaceOptions } from '../shell/cli/place.ts'
import { languageOption, placeCommand } from './command.ts'

const commands = () => import('../shell/cli/accounts.ts')

export function addAccount(program: Command, language: Language): void {
  const account = program
    .command('account')
    .description(
      text(
        'Konten für die Konsole und für MQTT. Eine laufende Zentrale richtet sich sofort danach.',
        'Accounts of the console and of MQTT. A running gateway follows at once.',
      )[language],
    )
    .helpCommand(false)
    .addOption(languageOption(language))
    .addHelpText(
      'after',
      examples(
        language,
        'stillruf-gateway account add wache --role responder',
        'stillruf-gateway account password wache',
        'stillruf-gateway account remove wache',
      ),
    )
  addAdd(account, language)
  addList(account, language)
  addPassword(account, language)
  addRemove(account, language)
}

const accountName = (language: Language): string => text('Name des Kontos', 'name of the account')[language]

function addAdd(account: Command, language: Language): void {
  const role = new Option(
    '--role <role>',
    text(
      'administrator: darf alles; responder: übernimmt Alarme; monitor: liest nur',
      'administrator: may do everything; responder: takes alarms; monitor: reads only',
    )[language],
  )
  placeCommand(account, 'add', language)
    .description(
      text(
        'Fügt ein Konto hinzu und zeigt sein Passwort, nur dieses eine Mal. Das Konto eines Helfers heißt wie der Helfer in gateway.yaml.',
        'Adds an account and shows its password, this once. A responder’s account has the responder’s id in gateway.yaml.',
      )[language],
    )
    .argument('<name>', accountName(language))
    .addOption(role.argParser(oneOf('--role', accountRoles)).makeOptionMandatory())
    .addHelpText('after', examples(language, 'stillruf-gateway account add wache --role responder'))
    .action(async (name: string, options: PlaceOptions & { role: AccountRole }) =>
      (await commands()).addAccount(name, options),
    )
}

function addList(account: Command, language: Language): void {
  placeCommand(account, 'list', language)
    .description(
      text(
        'Zeigt die Konten: Konto, Rolle, Name des Helfers.',
        'Shows the accounts: account, role, name of the responder.',
      )[language],
    )
    .action(async (options: PlaceOptions) => (await commands()).listAccounts(options))
}

function addPassword(account: Command, language: Language): void {
  placeCommand(account, 'password', language)
    .description(
      text(
        'Gibt einem Konto ein neues Passwort und zeigt es, nur dieses eine Mal. Das alte gilt sofort nicht mehr.',
        'Gives an account a new password and shows it, this once. The old one ends at once.',
      )[language],
    )
    .argument('<name>', accountName(language))
    .addHelpText('after', examples(language, 'stillruf-gateway account password wache'))
    .action(async (name: string, options: PlaceOptions) => (await commands()).renewPassword(name, options))
}

function addRemove(account: Command, language: Language): void {
  placeCommand(account, 'remove', language)
    .description(
      text(
        'Entfernt ein Konto. Wer damit angemeldet ist, wird abgemeldet.',
        'Removes an account. Whoever is logged in with it is logged out.',
      )[language],
    )
    .argument('<name>', accountName(language))
    .addHelpText('after', examples(language, 'stillruf-gateway account remove wache'))
    .action(async (name: string, options: PlaceOptions) => (await commands()).removeAccount(name, options))
}
