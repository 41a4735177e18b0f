// A machine at work: every press of the chip's lines is an alarm at the gateway, whatever the contact, gpiomon and the cable do.
import { expect, vi } from 'vitest'
import type { AlarmId } from '../../protocol/ids.ts'
import type { ConsoleClient } from '../integration/console-client.ts'
import { connected, measured, press, scenario, soon } from './scenario.ts'
import { type ButtonName, buttons } from './town.ts'

const names = Object.keys(buttons) as readonly ButtonName[]
const presses = 100

scenario('100 of 100 presses are alarms', '6.1', async (town, kernel) => {
  await town.startGateway()
  using screen = await town.openConsole()
  const told = closeEachAlarm(screen)
  const machine = await town.boot(kernel)
  await connected(machine)

  const pressedAt: number[] = []
  for (let n = 0; n < presses; n++) {
    pressedAt.push(performance.now())
    await press(machine, names[n % names.length] ?? 'tresen')
    await vi.waitFor(() => expect(told.length).toBe(n + 1), soon)
  }
  measured(
    'contact → notification',
    told.map(({ at }, n) => at - (pressedAt[n] ?? 0)),
  )
  expect(new Set(told.map(({ alarm }) => alarm)).size).toBe(presses)
})

/** Takes and closes each alarm, so that the next press of the button is an alarm again. */
function closeEachAlarm(screen: ConsoleClient): readonly { readonly alarm: AlarmId; readonly at: number }[] {
  const told: { readonly alarm: AlarmId; readonly at: number }[] = []
  const seen = new Set<AlarmId>()
  screen.onEvent(event => {
    if (event.name !== 'notification' || event.data.alarm === null || seen.has(event.data.alarm)) return
    const { alarm } = event.data
    seen.add(alarm)
    told.push({ alarm, at: performance.now() })
    void screen.acknowledge(alarm).then(() => screen.close(alarm, 'noIncident'))
  })
  return told
}
