// The power is cut, again and again, on a disk that forgets what was not flushed. Every alarm that the device was told is on its disk
// must reach the gateway's record once, in spite of it; and so must every one that the gateway receipted.
import { setTimeout as delay } from 'node:timers/promises'
import { expect, vi } from 'vitest'
import { atWork, press } from './hands.ts'
import { startLossyDisk } from './lossy-disk.ts'
import type { Machine } from './machine.ts'
import { scenario, soon } from './scenario.ts'
import { type ButtonName, buttons, type Town } from './town.ts'

const cuts = 20
/** After the first alarm is on the disk, the power is cut within this time. */
const cutWithinMs = 1500
const tellJournaled = 'preload=--import=/opt/stillruf/tell-journaled.js'

scenario(`of the alarms on a disk, none is lost in ${cuts} power cuts`, '6.1', async (town, kernel) => {
  await using disk = await startLossyDisk(await town.makeDisk('lossy'), `${town.folder}/disk.sock`)
  const journaled = new Set<string>()
  const receipted = new Set<string>()
  let [lostSectors, owedAtCut] = [0, 0]
  for (let cut = 1; cut <= cuts; cut++) {
    await using machine = await town.boot(kernel, { data: disk.device, words: [tellJournaled] })
    await machine.cable(cut % 2 === 0) // every other time nothing but the disk has the alarm
    await pressUntilCut(machine)
    await machine.cut()
    lostSectors += disk.cut(cut % 4 < 2 ? 'all' : 'some').lost
    for (const id of idsIn(machine, /^journaled (\S+)$/)) journaled.add(id)
    for (const id of idsIn(machine, /"press":"([^"]+)","msg":"nothing is owed/)) receipted.add(id)
    if ([...journaled].some(id => !receipted.has(id))) owedAtCut += 1
  }

  await using machine = await town.boot(kernel, { data: disk.device })
  await atWork(machine)
  const expected = [...new Set([...journaled, ...receipted])].toSorted()
  await vi.waitFor(async () => expect(await pressesOnRecord(town)).toEqual(expect.arrayContaining(expected)), soon)
  const onRecord = await pressesOnRecord(town)
  expect(new Set(onRecord).size).toBe(onRecord.length)
  expect(owedAtCut).toBeGreaterThanOrEqual(cuts / 2)
  console.log(
    `measured: ${cuts} power cuts: ${journaled.size} alarms on the disk, none lost; ${receipted.size} of them receipted before the last cut; ` +
      `something was owed at ${owedAtCut} cuts; ${lostSectors} unflushed sectors were lost`,
  )
})

/** Several people press while the machine starts, and after the first of their alarms is on the disk the power goes at any moment. */
async function pressUntilCut(machine: Machine): Promise<void> {
  await machine.line(/"msg":"device started"/)
  let over = false
  const cut = firstOnDisk(machine).then(async () => {
    await delay(Math.random() * cutWithinMs)
    over = true
  })
  const names = Object.keys(buttons) as readonly ButtonName[]
  for (let n = 0; !over; n++) await press(machine, names[n % names.length] ?? 'tresen')
  await cut
}

/** Those of earlier cuts are written anew at the start and do not count. */
async function firstOnDisk(machine: Machine): Promise<void> {
  await machine.line(/"msg":"pressed"/)
  await machine.line(/^journaled /, machine.lines.length)
}

const idsIn = ({ lines }: Machine, wanted: RegExp): readonly string[] =>
  lines.flatMap(line => wanted.exec(line)?.[1] ?? [])

async function pressesOnRecord(town: Town): Promise<readonly string[]> {
  const output = await town.gatewayCommand('records', '--all', '--json', '--config', town.configurationFile)
  return output
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line) as { readonly kind: string; readonly alarm?: string; readonly press?: string })
    .flatMap(
      ({ kind, alarm, press: again }) =>
        (kind === 'alarmRaised' ? alarm : kind === 'pressRepeated' ? again : null) ?? [],
    )
}
