// The wall clock: whether somebody sets it. An alarm's age does not depend on it, but certificates and the record do.
import { text } from '../../../protocol/text.ts'
import { readClockQuality } from '../clock.ts'
import { day, type Finding, findingsOf } from './finding.ts'
import { namesIn, type Roots } from './roots.ts'

export type ClockReading = {
  readonly now: Date
  /** Null: the machine does not say. */
  readonly synchronised: boolean | null
  /** Whether there is a clock that runs on while the board has no power. */
  readonly batteryClock: boolean
}

export async function probeClock(roots: Roots): Promise<ClockReading> {
  return {
    now: new Date(),
    synchronised: readClockQuality(roots.run).synchronised,
    batteryClock: (await namesIn(roots.sys, 'class/rtc')).length > 0,
  }
}

export function judgeClock({ now, synchronised, batteryClock }: ClockReading): readonly Finding[] {
  const { ok, note } = findingsOf('clock')
  const date = day(now)
  if (synchronised === true)
    return [
      ok(
        'synchronised',
        text(
          `Die Uhr wird von einem Zeitserver gestellt; heute ist der ${date.de}.`,
          `A time server sets the clock; today is ${date.en}.`,
        ),
      ),
    ]
  const without = batteryClock
    ? text('', '')
    : text(
        ' Dieses Board hat keine Uhr, die ohne Strom weiterläuft: Beim Start geht sie falsch, bis ein Zeitserver sie stellt.',
        ' This board has no clock that runs on without power: at its start it is wrong until a time server sets it.',
      )
  if (synchronised === false)
    return [
      note(
        'unsynchronised',
        text(
          `Die Uhr ist nicht gestellt; sie zeigt den ${date.de}.${without.de} Zeitserver eintragen (NTP= in /etc/systemd/timesyncd.conf) und „timedatectl status“ ansehen.`,
          `The clock is not set; it says ${date.en}.${without.en} Name a time server (NTP= in /etc/systemd/timesyncd.conf) and look at “timedatectl status”.`,
        ),
      ),
    ]
  return [
    note(
      'unknown',
      text(
        `Ob die Uhr gestellt wird, sagt diese Maschine nicht (systemd-timesyncd läuft nicht); sie zeigt den ${date.de}.${without.de} Prüfen, ob ein anderer Dienst die Uhr stellt; sonst: apt-get install systemd-timesyncd.`,
        `This machine does not say whether its clock is set (systemd-timesyncd does not run); it says ${date.en}.${without.en} See whether another service sets it; otherwise: apt-get install systemd-timesyncd.`,
      ),
    ),
  ]
}
