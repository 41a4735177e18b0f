import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { exampleConfiguration } from '../../gateway/shell/cli/example-configuration.ts'
import { readConfiguration } from '../../gateway/shell/configuration/configuration.ts'
import { watchConfiguration } from '../../gateway/shell/configuration/watch.ts'
import type { Log, Unstamped } from '../../gateway/shell/ports.ts'
import { lines } from '../../protocol/text.ts'
import { temporaryFolder } from './samples.ts'

const soon = { timeout: 20_000, interval: 20 }

/** A watched copy of the example, and what the gateway is told. */
function watched() {
  const folder = temporaryFolder()
  const path = join(folder.path, 'gateway.yaml')
  writeFileSync(path, exampleConfiguration)
  const read = readConfiguration(path)
  if (!read.ok) throw new Error(lines(read.problems).en)
  const events: Unstamped[] = []
  const text = vi.fn<Log['warn']>()
  const log: Log = { debug: text, info: text, warn: text, error: text }
  const { configuration, settings } = read
  const watch = watchConfiguration({
    path,
    data: null,
    configuration,
    settings,
    emit: event => void events.push(event),
    log,
  })
  onTestFinished(() => {
    watch[Symbol.dispose]()
    folder[Symbol.dispose]()
  })
  return { path, events, watch, log: text, folder: folder.path }
}

const changed = (from: string, to: string): string => {
  const text = exampleConfiguration
  expect(text).toContain(from)
  return text.replace(from, to)
}

test('a changed file is taken over', async () => {
  const { path, events } = watched()
  writeFileSync(path, changed('name: Zentrale', 'name: Rathaus'))
  await vi.waitFor(
    () => expect(events).toMatchObject([{ kind: 'configured', configuration: { gateway: { name: 'Rathaus' } } }]),
    soon,
  )
})

test('a file put in the place of the old one is taken over, and again the next time', async () => {
  const { path, events, folder } = watched()
  for (const name of ['Rathaus', 'Bürgerhaus']) {
    const next = join(folder, 'next.yaml')
    writeFileSync(next, changed('name: Zentrale', `name: ${name}`))
    renameSync(next, path)
    await vi.waitFor(
      () => expect(events.at(-1)).toMatchObject({ kind: 'configured', configuration: { gateway: { name } } }),
      soon,
    )
  }
})

test('a faulty file is refused with its reason, and the old one taken over again once it is put right', async () => {
  const { path, events, log } = watched()
  writeFileSync(path, changed('afterSeconds: 0', 'afterSeconds: 7'))
  await vi.waitFor(
    () =>
      expect(events).toEqual([
        {
          kind: 'configurationRefused',
          reason: {
            de: 'gateway.yaml:32: policies[0].steps[0].afterSeconds: gefunden: 7; erwartet: 0, weil die erste Stufe mit dem Alarm beginnt. Die Zeit berichtigen.',
            en: 'gateway.yaml:32: policies[0].steps[0].afterSeconds: found 7, expected 0, because the first step begins with the alarm. Correct the time.',
          },
        },
      ]),
    soon,
  )
  expect(log).toHaveBeenCalledWith(
    { problems: [expect.stringContaining('found 7, expected 0')] },
    'configuration refused, the old one stays in force',
  )
  writeFileSync(path, exampleConfiguration)
  await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ kind: 'configured' }), soon)
  expect(events).toHaveLength(2)
})

test('of several mistakes the first is told, with how many there are', async () => {
  const { path, events } = watched()
  writeFileSync(path, changed('notify: [empfang] }\ndefaultPolicy: alle', 'notify: [niemand] }\ndefaultPolicy: keiner'))
  await vi.waitFor(
    () =>
      expect(events).toEqual([
        {
          kind: 'configurationRefused',
          reason: {
            de: expect.stringMatching(/niemand.* \(Und 1 weitere, alle im Logbuch der Zentrale\.\)$/),
            en: expect.stringMatching(/niemand.* \(And 1 more, all in the gateway’s log\.\)$/),
          },
        },
      ]),
    soon,
  )
})

test('a removed file is refused like a faulty one', async () => {
  const { path, events } = watched()
  rmSync(path)
  await vi.waitFor(
    () =>
      expect(events).toMatchObject([
        { kind: 'configurationRefused', reason: { de: expect.stringContaining('nicht vorhanden (ENOENT)') } },
      ]),
    soon,
  )
})

test('another address needs a restart: the file is refused as a whole', async () => {
  const { path, events } = watched()
  writeFileSync(path, changed('port: 8080', 'port: 8081').replace('name: Zentrale', 'name: Rathaus'))
  await vi.waitFor(
    () =>
      expect(events).toEqual([
        {
          kind: 'configurationRefused',
          reason: {
            de: 'gateway.yaml: console.port: gefunden: „8081“; erwartet: „8080“ wie beim Start, weil es sich im Betrieb nicht ändern lässt. Die Zentrale neu starten oder den alten Wert eintragen.',
            en: 'gateway.yaml: console.port: found “8081”, expected “8080” as at the start, because it cannot change while the gateway runs. Restart the gateway, or set it back.',
          },
        },
      ]),
    soon,
  )
})

test('a refusal is told in both languages, whatever the file says of them, and logged in English', async () => {
  const { path, events, log } = watched()
  writeFileSync(path, changed('language: de', 'language: fr'))
  const reason = { de: expect.stringContaining('gefunden: „fr“'), en: expect.stringContaining('found “fr”') }
  await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ reason }), soon)
  for (const [fields] of log.mock.calls) expect(JSON.stringify(fields)).not.toContain('gefunden')
})

test('a look at a file that says the same changes nothing', () => {
  const { events, watch } = watched()
  watch.look()
  expect(events).toEqual([])
})
