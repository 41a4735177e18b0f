// People in front of the real console, and fingers on the real device's buttons. The console is served as it is built, so it
// is built first.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { expect, onTestFinished, vi } from 'vitest'
import { sendLineCommand } from '../../hardware/simulated.ts'
import { launch, type Person, patienceMs, person } from '../console/flow.ts'
import { root, type World } from './world.ts'

/** Pictures of every step, for people to look at. */
export const pictures = join(root, 'test/.out/screens/real')
export const soon = { timeout: patienceMs, interval: 50 }

/** Builds the console where the gateway serves it, and starts a browser. */
export async function openBrowser(): Promise<Browser> {
  await promisify(execFile)(
    join(root, 'node_modules/.bin/vite'),
    ['build', join(root, 'gateway/console'), '--logLevel', 'warn'],
    { cwd: root, env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` } },
  )
  return launch()
}

/** The gateway and the device of the town hall run, and know each other. */
export async function startTownHall(world: World): Promise<void> {
  await world.startGateway()
  await world.startDevice('rathaus-1')
  using screen = await world.openConsole()
  await vi.waitFor(async () => {
    const { devices } = await screen.overview()
    expect(devices.find(each => each.id === 'rathaus-1')?.state).toBe('online')
  }, soon)
}

/** A person with a browser of their own, logged in until the test is over. */
export async function arrive(browser: Browser, world: World, account: string): Promise<Person> {
  const arrived = await person(browser)
  onTestFinished(() => arrived.page.context().close())
  await arrived.logIn(world.consoleUrl, account, world.password(account))
  return arrived
}

const offsets = { tresen: 1, beratung: 2, kasse: 3, standesamt: 4 } as const
export type Button = keyof typeof offsets

/** A finger on a button of the device `rathaus-1`: the contact closes at once, no program has to start before. */
export const press = (world: World, button: Button): Promise<void> =>
  sendLineCommand(join(world.deviceFolder('rathaus-1'), 'data/lines.sock'), {
    kind: 'press',
    line: { chip: 'simulated', offset: offsets[button] },
    holdMs: 300,
  })

/** Presses, and returns the milliseconds from the moment the contact closes until the alarm stands on this screen. */
export async function pressUntilSeen(world: World, button: Button, watcher: Person, room: string): Promise<number> {
  const seen = watcher.seeAlarm(room).then(() => performance.now())
  const pressedAt = performance.now()
  await press(world, button)
  return (await seen) - pressedAt
}

/** The alarm whose page the person is on. */
export function alarmOnPage({ page }: Person): string {
  const found = /#\/alarms\/([^/]+)/.exec(page.url())?.[1]
  if (found === undefined) throw new Error(`no page of an alarm: ${page.url()}`)
  return decodeURIComponent(found)
}
