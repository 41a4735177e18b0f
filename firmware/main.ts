#!/usr/bin/env -S node --max-semi-space-size=1 --optimize-for-size --max-opt=1
// stillruf-device: the command line of the device program. Each command is loaded only when it is asked for.
// The flags keep it small: little garbage waits, and nothing is compiled beyond the first stage [D18].
import { Command, CommanderError, Option } from 'commander'
import { languages } from '../protocol/text.ts'
import { StartError } from './shell/start-error.ts'

const program = new Command('stillruf-device')
  .description('The device program of Stillruf: watches hidden buttons and tells the gateway of every press.')
  .helpCommand(false)
  .exitOverride()
  .addHelpText(
    'after',
    `
Putting a device into service:
  1. stillruf-device identity --device rathaus-1 --data /var/lib/stillruf
     makes the device's key and a request; the gateway signs the request.
  2. Put certificate.pem and authority.pem, as the gateway hands them out, next to the key.
  3. Write device.yaml: name, gateways, and at which line each button hangs.
  4. stillruf-device doctor --config device.yaml
     says what is missing still.
  5. stillruf-device run --config device.yaml
     and press every button once: only a button that was seen to work protects.

Exit status: 0 stopped as asked, 1 a mistake in the program, 2 something to put right; the sentence on stderr says what.`,
  )

program
  .command('run')
  .description('run the device until it is stopped (Ctrl-C, SIGTERM); its log is on stderr, one JSON object a line')
  .requiredOption('--config <file>', 'the device’s configuration, device.yaml')
  .addHelpText('after', '\nWith simulated lines, the signal SIGUSR2 cuts the network and restores it again.')
  .action(async ({ config }) => (await import('./shell/command-run.ts')).run(config))

program
  .command('identity')
  .description('make the device’s key and the request for its certificate; a key that exists is kept')
  .requiredOption('--device <name>', 'the name of the device: lower-case letters, digits and inner hyphens')
  .requiredOption('--data <folder>', 'the folder for key.pem and request.csr')
  .action(async ({ device, data }) => (await import('./shell/command-identity.ts')).identity(device, data))

program
  .command('press')
  .description(
    'press a button of a running device with simulated lines; without options the first button of the first device',
  )
  .option('--config <file>', 'the configuration of the device')
  .option('--device <name>', 'the device, looked for in <folder>/devices/*/device.yaml')
  .option('--button <id>', 'the button (default: the first one of the device)')
  .option('--data <folder>', 'the folder with the devices', 'data')
  .option('--hold <ms>', 'how long to hold it, 1 to 3600000 ms', '200')
  .action(async options => (await import('./shell/command-press.ts')).press(options))

program
  .command('doctor')
  .description(
    'examine this device: lines, rights, disk, power, clock, identity, way to the gateway; exit status 1 if a press might not arrive',
  )
  .requiredOption('--config <file>', 'the device’s configuration, device.yaml')
  .addOption(new Option('--press', 'wait for a press of each button and show its edges').conflicts('json'))
  .addOption(new Option('--json', 'print one JSON object, for programs that watch many devices'))
  .addOption(
    new Option('--language <code>', 'language of the sentences')
      .choices(languages)
      .env('STILLRUF_LANGUAGE')
      .default('de'),
  )
  .action(async ({ language, ...options }) => {
    process.exitCode = await (await import('./shell/command-doctor.ts')).doctor(options, language)
  })

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof StartError) process.stderr.write(`${error.message}\n`)
  else if (!(error instanceof CommanderError)) throw error
  process.exitCode = error instanceof CommanderError && error.exitCode === 0 ? 0 : 2
}
