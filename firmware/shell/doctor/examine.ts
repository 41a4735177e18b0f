// One examination of a device: every probe, then every judgement, in the order in which a person puts things right.
import { text } from '../../../protocol/text.ts'
import type { Configuration } from '../configuration.ts'
import type { GatewayAddress } from '../gateway-address.ts'
import { probeAccount } from './account.ts'
import { judgeClock, probeClock } from './clock.ts'
import { judgeDisk, probeDisk } from './disk.ts'
import { type Finding, findingsOf } from './finding.ts'
import { judgeGateways, probeGateway } from './gateway.ts'
import { judgeIdentity, probeIdentity } from './identity.ts'
import { judgeLines } from './line-judgement.ts'
import { probeLines } from './lines.ts'
import { judgePermissions, probePermissions } from './permissions.ts'
import { judgePower, probePower } from './power.ts'
import { judgeProgram, type ProgramReading, probeProgram } from './program.ts'
import { type Roots, systemRoots } from './roots.ts'
import { probeService, serviceIn } from './service.ts'
import { judgeSystem, probeSystem } from './system.ts'
import { judgeWatchdog, probeWatchdog } from './watchdog.ts'

/** @param path of the configuration, for people */
export async function examine(
  configuration: Configuration,
  path: string,
  roots: Roots = systemRoots,
): Promise<readonly Finding[]> {
  const { data, device, gateways, identity: files, lines, board, watchdog } = configuration
  const program = await probeProgram(data)
  const supervisor = await probeService(roots)
  const service = serviceIn(supervisor)
  const account = await probeAccount(roots, program.kind === 'runs' ? program.pid : null, service, data)
  const { reading, identity } = await probeIdentity(files, device, account, roots)
  const network = Promise.all(gateways.map(gateway => probeGateway(gateway, identity, linkState(program, gateway))))
  return [
    configured(configuration, path),
    ...judgeSystem(await probeSystem(roots), board, lines.backend),
    ...judgePermissions(await probePermissions(lines, account, roots)),
    ...judgeLines(await probeLines(configuration, program)),
    ...judgeDisk(await probeDisk(data, roots)),
    ...judgePower(await probePower(roots)),
    ...judgeClock(await probeClock(roots)),
    ...judgeIdentity(reading),
    ...judgeGateways(await network),
    ...judgeProgram(program, service),
    ...judgeWatchdog(probeWatchdog(watchdog, supervisor, roots), program.kind !== 'stopped'),
  ]
}

function configured({ device, buttons, gateways, lines }: Configuration, path: string): Finding {
  const { ok, note } = findingsOf('configuration')
  const count = (number: number, one: string, many: string): string => (number === 1 ? one : `${number} ${many}`)
  if (lines.backend === 'simulated')
    return note(
      'simulated',
      text(
        `${path} ist ohne Fehler, nennt aber nachgebildete Leitungen: Kein echter Taster ist angeschlossen. Unter „lines“ das Verfahren für die Leitungen dieses Boards eintragen.`,
        `${path} is without mistakes but names simulated lines: no real button is connected. Write under “lines” how the lines of this board are reached.`,
      ),
    )
  return ok(
    'read',
    text(
      `${path} ist ohne Fehler: Gerät ${device}, ${count(buttons.length, 'ein Taster', 'Taster')}, ${count(gateways.length, 'eine Zentrale', 'Zentralen')}, Leitungen über ${lines.backend}.`,
      `${path} is without mistakes: device ${device}, ${count(buttons.length, 'one button', 'buttons')}, ${count(gateways.length, 'one gateway', 'gateways')}, lines through ${lines.backend}.`,
    ),
  )
}

const linkState = (program: ProgramReading, { url }: GatewayAddress) =>
  program.kind === 'runs' ? (program.report.gateways.find(gateway => gateway.url === url)?.state ?? null) : null
