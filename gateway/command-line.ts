// The command line: which commands there are, what --help says, and how a mistake is told. Commands load when they run.
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { type AccountRole, accountRoles } from '../protocol/console.ts'
import type { SignOptions } from './shell/cli/certificates.ts'
import type { MonitorOptions } from './shell/cli/monitor.ts'
import type { PlaceOptions } from './shell/cli/place.ts'
import type { RecordsOptions } from './shell/cli/records.ts'
import type { RunOptions } from './shell/cli/run.ts'
import type { SetupOptions } from './shell/cli/setup.ts'
import { StartError } from './shell/start-error.ts'

/** Runs one command line, without program name. @returns the exit status: 0, or 2 after one sentence on stderr. */
export async function runCommandLine(words: readonly string[]): Promise<0 | 2> {
  try {
    await createProgram().parseAsync(words, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0 // --help
    if (error instanceof CommanderError) process.stderr.write(`${sentence(error)}\n`)
    else if (error instanceof StartError) process.stderr.write(`${error.message}\n`)
    else throw error
    return 2
  }
}

function sentence({ code, message }: CommanderError): string {
  if (code === 'commander.help') return 'No command was given. “stillruf-gateway --help” shows all.'
  const text = message.replace(/^error: /, '').replaceAll('\n', ' ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}. “stillruf-gateway --help” shows what is possible.`
}

function createProgram(): Command {
  const program = new Command('stillruf-gateway')
    .description(
      'The gateway of Stillruf, the silent alarm: it receives the alarms of all devices, tells people, and keeps the record.',
    )
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .helpCommand(false)
  program.addHelpText('after', helpText)
  addRun(program)
  addSetup(program)
  addAccount(program)
  addCertificates(program)
  addMonitor(program)
  addRecords(program)
  return program
}

const helpText = `
A first gateway, step by step:
  stillruf-gateway setup --data /var/lib/stillruf    keys, database, first account; its password is shown once
  stillruf-gateway run --data /var/lib/stillruf      starts the gateway; the console is then at http://127.0.0.1:8080
  stillruf-gateway sign request.csr --out certificate.pem --data /var/lib/stillruf    lets a device in

Every command finds the configuration by --config, else as gateway.yaml in the folder of --data; without
--data in this folder or its folder data.
It says where the data are; --data says it instead. Exit status: 0 done, 2 something has to be put right first.`

/** A command with the options that all of them have. */
function command(parent: Command, words: string, description: string): Command {
  return parent
    .command(words)
    .description(description)
    .option('--config <file>', 'configuration of the gateway (default: gateway.yaml)')
    .option('--data <folder>', 'folder with database, keys and certificates (default: as the configuration says)')
}

const language = () =>
  new Option('--language <language>', 'of what is printed (default: as the configuration says)').choices(['de', 'en'])

function addRun(program: Command): void {
  command(
    program,
    'run',
    'Runs the gateway until Ctrl-C or SIGTERM. It logs to stderr, one line of JSON for each event.',
  )
    .option('--verbose', 'log every connection that fails, too')
    .addHelpText(
      'after',
      '\nA changed configuration is taken over when it is saved, or on SIGHUP; a faulty one is refused and the old one stays.',
    )
    .action(async (options: RunOptions) => (await import('./shell/cli/run.ts')).run(options))
}

function addSetup(program: Command): void {
  command(
    program,
    'setup',
    'Makes what a gateway needs: authority, certificate, database, first account. Keeps what is there.',
  )
    .option('--host <name...>', 'further names or addresses under which devices and browsers reach the gateway')
    .option('--account <name>', 'name of the first administrator account', 'empfang')
    .addOption(language())
    .addHelpText(
      'after',
      '\nRun it again with another --host, or when the certificate comes near its end: the certificate is then made anew.',
    )
    .action(async (options: SetupOptions) => (await import('./shell/cli/setup.ts')).setup(options))
}

function addAccount(program: Command): void {
  const account = program
    .command('account')
    .description('Accounts of the console and of MQTT. A running gateway follows at once.')
  const role = new Option('--role <role>', 'administrator: everything; responder: takes alarms; monitor: reads only')
    .choices(accountRoles)
    .makeOptionMandatory()
  command(
    account,
    'add <name>',
    'Adds an account and shows its password once. A responder’s account has the responder’s name.',
  )
    .addOption(role)
    .addOption(language())
    .action(async (name: string, options: PlaceOptions & { role: AccountRole }) =>
      (await import('./shell/cli/accounts.ts')).addAccount(name, options),
    )
  command(account, 'list', 'Lists the accounts: name, role, name in plain words.').action(
    async (options: PlaceOptions) => (await import('./shell/cli/accounts.ts')).listAccounts(options),
  )
  command(account, 'password <name>', 'Gives an account a new password and shows it once. The old one ends at once.')
    .addOption(language())
    .action(async (name: string, options: PlaceOptions) =>
      (await import('./shell/cli/accounts.ts')).renewPassword(name, options),
    )
  command(account, 'remove <name>', 'Removes an account. Whoever is logged in with it is logged out.')
    .addOption(language())
    .action(async (name: string, options: PlaceOptions) =>
      (await import('./shell/cli/accounts.ts')).removeAccount(name, options),
    )
}

function addCertificates(program: Command): void {
  command(program, 'sign <request>', 'Signs the certificate request of a device, so that the gateway lets it in.')
    .requiredOption('--out <file>', 'file for the certificate, to be copied to the device')
    .addOption(language())
    .addHelpText(
      'after',
      '\nCompare the device’s name that is printed with the device in your hand before you copy the certificate.',
    )
    .action(async (request: string, options: SignOptions) =>
      (await import('./shell/cli/certificates.ts')).sign(request, options),
    )
  command(
    program,
    'revoke <name>',
    'Revokes all certificates of a device, or the one with this serial number. It cannot be undone.',
  )
    .addOption(language())
    .action(async (name: string, options: PlaceOptions) =>
      (await import('./shell/cli/certificates.ts')).revoke(name, options),
    )
}

function addMonitor(program: Command): void {
  command(
    program,
    'monitor',
    'Shows live what security monitoring sees: alarms, devices, the gateway, security events.',
  )
    .requiredOption(
      '--account <name>',
      'account to connect with; its password is asked for, or taken from STILLRUF_PASSWORD',
    )
    .addOption(language())
    .action(async (options: MonitorOptions) => (await import('./shell/cli/monitor.ts')).monitor(options))
}

function addRecords(program: Command): void {
  command(program, 'records', 'Prints what happened: the latest alarms, or all about one of them. The gateway may run.')
    .addOption(new Option('--alarm <id>', 'the timeline of this alarm').conflicts('all'))
    .option('--all', 'every record, in order')
    .addOption(new Option('--limit <number>', 'how many alarms').argParser(count).default(20))
    .option('--json', 'one line of JSON for each record, for other programs')
    .addOption(language())
    .action(async (options: RecordsOptions) => (await import('./shell/cli/records.ts')).records(options))
}

function count(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1 || number > 100_000)
    throw new InvalidArgumentError('Expected a whole number from 1 to 100000.')
  return number
}
