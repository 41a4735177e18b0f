// `stillruf-gateway account …`: who may log in to the console and to MQTT. A running gateway follows within a second.
import type { AccountRole } from '../../../protocol/console.ts'
import { type Text, text } from '../../../protocol/text.ts'
import { isInPolicy } from '../../core/directory.ts'
import { databaseIn } from '../data-folder.ts'
import type { Account } from '../ports.ts'
import { type AccountTable, accountId, openAccounts } from '../store/accounts.ts'
import { type Place, type PlaceOptions, placeOf } from './place.ts'
import { printLine } from './terminal.ts'

export async function addAccount(name: string, options: PlaceOptions & { readonly role: AccountRole }): Promise<void> {
  const { place, accounts } = open(options)
  using _closed = accounts
  const id = accountId(name)
  const password = await accounts.create(id, place.names(id), options.role)
  printPassword(id, options.role, password, place)
  warnIfInNoPolicy({ id, role: options.role }, place)
}

export async function renewPassword(name: string, options: PlaceOptions): Promise<void> {
  const { place, accounts } = open(options)
  using _closed = accounts
  const id = accountId(name)
  const password = await accounts.renewPassword(id)
  printPassword(id, accounts.find(id)?.role ?? '', password, place)
}

export function removeAccount(name: string, options: PlaceOptions): void {
  const { place, accounts } = open(options)
  using _closed = accounts
  const id = accountId(name)
  accounts.remove(id)
  printLine(text(`Konto „${id}“ entfernt.`, `Account “${id}” removed.`)[place.language])
}

export function listAccounts(options: PlaceOptions): void {
  const { place, accounts } = open(options)
  using _closed = accounts
  const list = accounts.list()
  for (const { id, role, name } of list) printLine(`${id.padEnd(32)}  ${role.padEnd(13)}  ${name}`)
  for (const account of list) warnIfInNoPolicy(account, place)
}

export function printPassword(id: string, role: string, password: string, { language }: Place): void {
  const said: readonly Text[] = [
    text(`Konto „${id}“ (${role})`, `Account “${id}” (${role})`),
    text(`Passwort: ${password}`, `Password: ${password}`),
    text('Es wird nur dieses eine Mal gezeigt.', 'It is shown this once.'),
  ]
  for (const line of said) printLine(line[language])
}

/** A responder whom no policy names waits for alarms in vain. */
function warnIfInNoPolicy({ id, role }: Pick<Account, 'id' | 'role'>, { configuration, language }: Place): void {
  if (role !== 'responder' || configuration === null || isInPolicy(configuration, id)) return
  const said = text(
    `Achtung: „${id}“ steht in keinem Alarmplan, dem ein Taster folgt, und erfährt von keinem Alarm. Den Namen in gateway.yaml unter responders und in eine Stufe unter policies eintragen, oder das Konto nennen wie einen Helfer dort.`,
    `Note: “${id}” is in no policy that a button follows, and is told of no alarm. Add the name in gateway.yaml under responders and to a step under policies, or name the account like a responder there.`,
  )
  printLine(said[language])
}

function open(options: PlaceOptions): { readonly place: Place; readonly accounts: AccountTable } {
  const place = placeOf(options)
  return { place, accounts: openAccounts(databaseIn(place.data)) }
}
