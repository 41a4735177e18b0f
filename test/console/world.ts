// One browser and one built console for all browser tests of a file, and a fresh gateway for each test.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { assert } from '../../protocol/assert.ts'
import type { AlarmView } from '../../protocol/console.ts'
import { FakeGateway, password, type Who } from './fake-gateway.ts'
import { browserNote, chromiumMissing, type Look, launch, type Person, person } from './flow.ts'
import { alarmView, later, people } from './samples.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** Pictures of every view, for people to look at. */
export const pictures = join(root, 'test/.out/screens')

type Built = { readonly browser: Browser; readonly folder: string }

let built: (Built & AsyncDisposable) | null = null
beforeAll(async () => {
  if (!chromiumMissing) built = await build()
}, 120_000)
afterAll(() => built?.[Symbol.asyncDispose]())

/** A test that is skipped by name where there is no browser. */
export function inBrowser(promise: string, body: () => Promise<void>): void {
  test.skipIf(chromiumMissing)(promise + browserNote, body, 120_000)
}

/** The browser and the built console of this file's tests. */
export function theBuilt(): Built {
  assert(built !== null, 'the tests of this file have a browser')
  return built
}

/** Builds the console as it is now, with the same command that ships it. */
async function build(): Promise<Built & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'stillruf-console-'))
  const vite = join(root, 'node_modules/.bin/vite')
  const options = ['build', 'gateway/console', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn']
  await promisify(execFile)(vite, options, {
    cwd: root,
    env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` },
  })
  const browser = await launch()
  return {
    browser,
    folder,
    [Symbol.asyncDispose]: async () => {
      await browser.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export type World = {
  readonly gateway: FakeGateway
  readonly base: string
  readonly arrives: (who: Who, look?: Look) => Promise<Person>
} & AsyncDisposable

export async function world(): Promise<World> {
  const { browser, folder } = theBuilt()
  const gateway = new FakeGateway(folder)
  const base = await gateway.listen()
  const present: Person[] = []
  return {
    gateway,
    base,
    arrives: async (who, look) => {
      const arrived = await person(browser, look)
      present.push(arrived)
      await arrived.logIn(base, who, password)
      return arrived
    },
    [Symbol.asyncDispose]: async () => {
      for (const one of present) await one.page.context().close()
      await gateway[Symbol.asyncDispose]()
    },
  }
}

/** Somebody presses a button; these accounts are told. */
export function press(
  gateway: FakeGateway,
  sequence: number,
  told: readonly Who[],
  part: Partial<AlarmView> = {},
): AlarmView {
  const now = gateway.now()
  const alarm = gateway.put(
    alarmView(sequence, { pressedAt: now, receivedAt: now, told: told.map(who => people[who]), ...part }),
    `Der Taster wurde gedrückt: ${part.place?.room ?? 'Bürgerbüro, Raum 012'}.`,
    `The button was pressed: ${part.place?.room ?? 'Bürgerbüro, Raum 012'}.`,
  )
  gateway.tell(alarm, 'first', ...told)
  return alarm
}

/** The same button again. */
export function pressAgain(gateway: FakeGateway, alarm: AlarmView, told: readonly Who[]): AlarmView {
  const again = gateway.put({ ...alarm, presses: alarm.presses + 1 }, 'Noch einmal gedrückt.', 'Pressed again.')
  gateway.tell(again, 'repeatPress', ...told)
  return again
}

export const minutesBefore = (gateway: FakeGateway, minutes: number) => later(gateway.now(), -minutes * 60_000)
