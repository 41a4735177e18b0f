// Which commands stillruf-device has, and what their help pages say. Each is loaded only when it is asked for.
import { Command, Option } from 'commander'
import { examples, exitStatus, helpIn, helpText } from '../protocol/command-line/help.ts'
import { usualLanguage } from '../protocol/command-line/language.ts'
import { wholeNumber } from '../protocol/command-line/values.ts'
import { version, versionText } from '../protocol/command-line/version.ts'
import { type Language, text } from '../protocol/text.ts'
import type { DoctorOptions } from './shell/command-doctor.ts'
import type { IdentityOptions } from './shell/command-identity.ts'
import type { PressOptions } from './shell/command-press.ts'

/** @param asked the language that somebody asked for; null: German. */
export function createProgram(asked: Language | null): Command {
  const language = asked ?? usualLanguage
  const program = new Command('stillruf-device')
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .configureHelp(helpIn(language))
    .version(`stillruf-device ${version}`, '--version', versionText[language])
    .helpOption('-h, --help', helpText[language])
    .helpCommand(false)
    .description(purpose[language])
    .addOption(languageOption(language))
    .addHelpText('after', firstSteps[language])
    .addHelpText('afterAll', exitStatus[language])
  for (const add of [addIdentity, addDoctor, addRun, addPress]) add(program, language)
  return program
}

const purpose = text(
  'Das Geräteprogramm von Stillruf, dem stillen Alarm: Es überwacht verdeckte Taster und meldet der Zentrale jeden Druck.',
  'The device program of Stillruf, the silent alarm: it watches hidden buttons and tells the gateway of every press.',
)

const firstSteps = text(
  `
Ein Gerät in Betrieb nehmen:
  1. stillruf-device identity --device rathaus-1 --data /var/lib/stillruf
     macht den Schlüssel des Geräts und eine Zertifikatsanfrage, request.csr
  2. request.csr zur Zentrale bringen und dort signieren lassen:
     stillruf-gateway sign request.csr --out certificate.pem
  3. certificate.pem und authority.pem der Zentrale neben den Schlüssel legen
  4. device.yaml schreiben: Name, Zentralen, und welcher Taster an welcher
     Leitung hängt
  5. stillruf-device doctor --config device.yaml
     sagt, was noch fehlt
  6. stillruf-device run --config device.yaml
  7. jeden Taster einmal drücken: Nur ein Taster, dessen Alarm ankam, schützt`,
  `
Putting a device into service:
  1. stillruf-device identity --device rathaus-1 --data /var/lib/stillruf
     makes the device’s key and a certificate request, request.csr
  2. take request.csr to the gateway and have it signed there:
     stillruf-gateway sign request.csr --out certificate.pem
  3. put the gateway’s certificate.pem and authority.pem next to the key
  4. write device.yaml: name, gateways, and at which line each button hangs
  5. stillruf-device doctor --config device.yaml
     says what is still missing
  6. stillruf-device run --config device.yaml
  7. press every button once: only a button whose alarm arrived protects`,
)

const languageOption = (language: Language): Option =>
  new Option(
    '--language <language>',
    text(
      'Sprache, de oder en; sonst gilt STILLRUF_LANGUAGE, sonst Deutsch',
      'language, de or en; else STILLRUF_LANGUAGE counts, else German',
    )[language],
  )

function addIdentity(program: Command, language: Language): void {
  program
    .command('identity')
    .description(
      text(
        'Macht den Schlüssel des Geräts und die Anfrage für sein Zertifikat. Ein Schlüssel, der schon da ist, bleibt.',
        'Makes the device’s key and the request for its certificate. A key that is there is kept.',
      )[language],
    )
    .requiredOption(
      '--device <name>',
      text('Name des Geräts, zum Beispiel rathaus-1', 'name of the device, such as rathaus-1')[language],
    )
    .requiredOption(
      '--data <folder>',
      text('Ordner für key.pem und request.csr', 'folder for key.pem and request.csr')[language],
    )
    .addOption(languageOption(language))
    .addHelpText('after', examples(language, 'stillruf-device identity --device rathaus-1 --data /var/lib/stillruf'))
    .action(async (options: IdentityOptions) =>
      (await import('./shell/command-identity.ts')).identity(options, language),
    )
}

function addDoctor(program: Command, language: Language): void {
  program
    .command('doctor')
    .description(
      text(
        'Untersucht das Gerät: Leitungen, Rechte, Speicher, Strom, Uhr, Identität, Weg zur Zentrale. Sagt, was zu tun ist.',
        'Examines the device: lines, rights, disk, power, clock, identity, way to the gateway. Says what to do.',
      )[language],
    )
    .requiredOption(
      '--config <file>',
      text('Konfiguration des Geräts, device.yaml', 'the device’s configuration, device.yaml')[language],
    )
    .addOption(
      new Option(
        '--press',
        text(
          'auf einen Druck jedes Tasters warten und seine Flanken zeigen',
          'wait for a press of each button and print its edges',
        )[language],
      ).conflicts('json'),
    )
    .option(
      '--json',
      text(
        'ein JSON-Objekt schreiben, für Programme, die viele Geräte beobachten',
        'print one JSON object, for programs that watch many devices',
      )[language],
    )
    .addOption(languageOption(language))
    .addHelpText(
      'after',
      examples(
        language,
        'stillruf-device doctor --config /etc/stillruf/device.yaml',
        'stillruf-device doctor --config /etc/stillruf/device.yaml --press',
      ),
    )
    .addHelpText(
      'after',
      text(
        `
Ein Druck käme vielleicht bei niemandem an: Dann ist der Exit-Status 1.`,
        `
If a press might not reach a person, the exit status is 1.`,
      )[language],
    )
    .action(async (options: DoctorOptions) => {
      process.exitCode = await (await import('./shell/command-doctor.ts')).doctor(options, language)
    })
}

function addRun(program: Command, language: Language): void {
  program
    .command('run')
    .description(
      text(
        'Betreibt das Gerät bis Strg-C oder SIGTERM. Sein Logbuch geht an stderr: eine Zeile JSON je Ereignis, auf Englisch.',
        'Runs the device until Ctrl-C or SIGTERM. Its log goes to stderr: a line of JSON for each event, in English.',
      )[language],
    )
    .requiredOption(
      '--config <file>',
      text('Konfiguration des Geräts, device.yaml', 'the device’s configuration, device.yaml')[language],
    )
    .addOption(languageOption(language))
    .addHelpText(
      'after',
      text(
        `
Sind die Leitungen nachgebildet, trennt das Signal SIGUSR2 das Netz und stellt
es wieder her.`,
        `
With simulated lines, the signal SIGUSR2 cuts the network and restores it.`,
      )[language],
    )
    .addHelpText('after', examples(language, 'stillruf-device run --config /etc/stillruf/device.yaml'))
    .action(async ({ config }: { config: string }) => (await import('./shell/command-run.ts')).run(config))
}

function addPress(program: Command, language: Language): void {
  program
    .command('press')
    .description(
      text(
        'Drückt einen Taster eines laufenden Geräts, dessen Leitungen nachgebildet sind. Ohne Optionen den ersten Taster des ersten Geräts.',
        'Presses a button of a running device with simulated lines. Without options the first button of the first device.',
      )[language],
    )
    .option(
      '--config <file>',
      text('Konfiguration des Geräts, device.yaml', 'the device’s configuration, device.yaml')[language],
    )
    .option(
      '--device <name>',
      text(
        'das Gerät, gesucht als <Ordner>/devices/<Name>/device.yaml',
        'the device, looked for as <folder>/devices/<name>/device.yaml',
      )[language],
    )
    .option(
      '--button <name>',
      text('der Taster; sonst der erste des Geräts', 'the button; else the first one of the device')[language],
    )
    .option('--data <folder>', text('Ordner mit den Geräten', 'folder with the devices')[language], 'data')
    .addOption(
      new Option(
        '--hold <number>',
        text('wie lange gedrückt, in ms; sonst 200', 'how long to hold it, in ms; else 200')[language],
      ).argParser(wholeNumber('--hold', 1, 3_600_000)),
    )
    .option(
      '--reset',
      text('stellt einen eingerasteten Taster mit seinem Schlüssel zurück', 'resets a latched button with its key')[
        language
      ],
    )
    .addOption(languageOption(language))
    .addHelpText(
      'after',
      examples(
        language,
        'stillruf-device press --config device.yaml --button tresen',
        'stillruf-device press --data data --device rathaus-1 --hold 1000',
      ),
    )
    .action(async (options: PressOptions) => (await import('./shell/command-press.ts')).press(options, language))
}
