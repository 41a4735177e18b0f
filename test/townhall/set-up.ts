// What the two programs need before they run, made with their own commands. What is there already is kept, so a set-up that
// was cut short is completed by the next start.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { databaseIn, dataFiles } from '../../gateway/shell/data-folder.ts'
import { openAccounts } from '../../gateway/shell/store/accounts.ts'
import { StartError } from '../../protocol/command-line/start-error.ts'
import { type Language, same } from '../../protocol/text.ts'
import { runCommand } from './child.ts'
import { copy, deviceProgram, devicesIn, gatewayProgram } from './folder.ts'
import { obstacle } from './texts.ts'

/** An administrator of the console. The password is known if the account was made now. */
export type Account = { readonly id: string; readonly password: string | null }

const usualAccount = 'empfang'

/** @param language of the program's sentence. @throws StartError */
export async function setUpGateway(folder: string, language: Language): Promise<Account> {
  const said = await command(gatewayProgram, ['setup', '--data', folder, '--account', usualAccount], language)
  const [, password = null] = /^(?:Passwort|Password): (\S+)$/m.exec(said) ?? []
  return { id: administratorIn(folder), password }
}

function administratorIn(folder: string): string {
  using accounts = openAccounts(databaseIn(folder))
  const ids = accounts.list().flatMap(({ id, role }) => (role === 'administrator' ? [String(id)] : []))
  return ids.find(id => id === usualAccount) ?? ids[0] ?? usualAccount
}

/** @param stop no further device follows. @throws StartError */
export async function giveIdentities(folder: string, language: Language, stop: AbortSignal): Promise<void> {
  for (const device of devicesIn(folder)) if (!stop.aborted) await giveIdentity(folder, device, language)
}

async function giveIdentity(folder: string, device: string, language: Language): Promise<void> {
  const identity = join(folder, 'devices', device, 'identity')
  const certificate = join(identity, 'certificate.pem')
  if (existsSync(certificate)) return
  await command(deviceProgram, ['identity', '--device', device, '--data', identity], language)
  copy(join(folder, dataFiles.authority), join(identity, 'authority.pem'))
  const request = join(identity, 'request.csr')
  await command(gatewayProgram, ['sign', request, '--data', folder, '--out', certificate], language)
}

/** @throws StartError with the program's own sentence, if it had one. */
async function command(program: string, args: readonly string[], language: Language): Promise<string> {
  const { code, signal, said, sentence } = await runCommand(program, args, language)
  if (code === 0) return said
  if (sentence !== '') throw new StartError(same(sentence))
  throw obstacle(texts => texts.cutShort(`${args[0]}`, signal ?? `${code}`))
}
