// Whether the account of the device may use what its lines hang on, and the exact command or rule that lets it.
import { join } from 'node:path'
import { type Text, text } from '../../../protocol/text.ts'
import type { LineSettings } from '../configuration.ts'
import { type Account, type FileRights, mayUse, probeRights } from './account.ts'
import { type Finding, findingsOf, list } from './finding.ts'
import { namesIn, type Roots } from './roots.ts'

/** The files behind the lines; one that is missing is judged with the lines. */
export type PermissionReading = { readonly account: Account; readonly files: readonly FileRights[] }

export async function probePermissions(
  lines: LineSettings,
  account: Account,
  roots: Roots,
): Promise<PermissionReading> {
  const rights = await Promise.all((await pathsOf(lines, roots)).map(path => probeRights(path, roots)))
  return { account, files: rights.filter(file => file !== null) }
}

export function judgePermissions({ account, files }: PermissionReading): readonly Finding[] {
  const { ok, failed } = findingsOf('permissions')
  if (files.length === 0) return []
  const closed = files.filter(file => !mayUse(account, file, 'readAndWrite'))
  const paths = list((closed.length === 0 ? files : closed).map(({ path }) => path))
  const [first] = closed
  if (first === undefined)
    return [
      ok(
        'allowed',
        text(
          `Das Konto ${account.name} darf ${paths.de} benutzen.`,
          `The account ${account.name} may use ${paths.en}.`,
        ),
      ),
    ]
  const advice = adviceFor(account, first)
  return [
    failed(
      'notAllowed',
      text(
        `Das Konto ${account.name} darf ${paths.de} nicht benutzen. ${advice.de}`,
        `The account ${account.name} may not use ${paths.en}. ${advice.en}`,
      ),
    ),
  ]
}

async function pathsOf(lines: LineSettings, { dev, sys }: Roots): Promise<readonly string[]> {
  switch (lines.backend) {
    case 'gpiochip':
      return (await namesIn(dev)).filter(name => /^gpiochip\d+$/.test(name)).map(name => join(dev, name))
    case 'onoff':
      return [join(sys, 'class/gpio/export')]
    case 'firmata':
      return lines.boards.map(({ port }) => port)
    case 'simulated':
      return []
  }
}

/** A group that is open to the file is joined; without one, a rule of udev makes it. */
function adviceFor(account: Account, { path, groupName, mode }: FileRights): Text {
  const groupMay = ((mode >> 3) & 0o6) === 0o6 && groupName !== null && groupName !== 'root'
  if (groupMay)
    return text(
      `Einmal „sudo usermod -aG ${groupName} ${account.name}“ ausführen (im Dienst: SupplementaryGroups=${groupName}), dann das Programm neu starten.`,
      `Run “sudo usermod -aG ${groupName} ${account.name}” once (in the service: SupplementaryGroups=${groupName}), then restart the program.`,
    )
  const rule = path.includes('gpio')
    ? 'SUBSYSTEM=="gpio", KERNEL=="gpiochip*", GROUP="gpio", MODE="0660"'
    : 'SUBSYSTEM=="tty", KERNEL=="ttyACM*|ttyUSB*", GROUP="dialout", MODE="0660"'
  const group = path.includes('gpio') ? 'gpio' : 'dialout'
  return text(
    `In /etc/udev/rules.d/60-stillruf.rules diese Zeile schreiben: ${rule} – dann „sudo groupadd -f ${group} && sudo usermod -aG ${group} ${account.name} && sudo udevadm control --reload && sudo udevadm trigger“ ausführen und das Programm neu starten.`,
    `Write this line into /etc/udev/rules.d/60-stillruf.rules: ${rule} – then run “sudo groupadd -f ${group} && sudo usermod -aG ${group} ${account.name} && sudo udevadm control --reload && sudo udevadm trigger” and restart the program.`,
  )
}
