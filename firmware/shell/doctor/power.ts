// Power and heat: what makes a board restart when nobody looks.
//
// Bits of get_throttled: Raspberry Pi documentation, "vcgencmd get_throttled". The kernel's firmware driver shows the same number as
// hexadecimal digits in sysfs.
import { type Text, text } from '../../../protocol/text.ts'
import { decimal, type Finding, findingsOf } from './finding.ts'
import { namesIn, type Roots, readFact } from './roots.ts'

export type PowerReading = {
  /** Of the hottest zone; null: none tells. */
  readonly celsius: number | null
  /** The bits of get_throttled; null: not a Raspberry Pi. */
  readonly throttled: number | null
}

/** From here on a Raspberry Pi slows down: Raspberry Pi documentation, "Frequency management and thermal control". */
const celsiusMax = 80

type Condition = { readonly bit: number; readonly code: string; readonly now: Text; readonly before: Text }
const conditions: readonly Condition[] = [
  {
    bit: 0,
    code: 'underVoltage',
    now: text(
      'Die Spannung ist zu niedrig: Das Board kann jederzeit neu starten. Netzteil und Kabel austauschen.',
      'The voltage is too low: the board may restart at any moment. Replace power supply and cable.',
    ),
    before: text(
      'Seit dem Start war die Spannung mindestens einmal zu niedrig. Netzteil und Kabel austauschen.',
      'Since the start the voltage was too low at least once. Replace power supply and cable.',
    ),
  },
  {
    bit: 1,
    code: 'frequencyCapped',
    now: text(
      'Der Prozessor ist auf einen niedrigeren Takt begrenzt. Kühlung und Netzteil prüfen.',
      'The processor is held at a lower clock. Check cooling and power supply.',
    ),
    before: text(
      'Seit dem Start war der Takt des Prozessors zeitweise begrenzt. Kühlung und Netzteil prüfen.',
      'Since the start the processor’s clock was held down at times. Check cooling and power supply.',
    ),
  },
  {
    bit: 2,
    code: 'throttled',
    now: text(
      'Der Prozessor ist gedrosselt. Kühlung und Netzteil prüfen.',
      'The processor is throttled. Check cooling and power supply.',
    ),
    before: text(
      'Seit dem Start war der Prozessor zeitweise gedrosselt. Kühlung und Netzteil prüfen.',
      'Since the start the processor was throttled at times. Check cooling and power supply.',
    ),
  },
  {
    bit: 3,
    code: 'softTemperatureLimit',
    now: text(
      'Das Board ist so warm, dass es langsamer läuft. Für Kühlung sorgen.',
      'The board is so warm that it runs slower. See to its cooling.',
    ),
    before: text(
      'Seit dem Start war das Board zeitweise so warm, dass es langsamer lief. Für Kühlung sorgen.',
      'Since the start the board was so warm at times that it ran slower. See to its cooling.',
    ),
  },
]
/** What has occurred since the start stands this many bits higher. */
const beforeShift = 16

export async function probePower(roots: Roots): Promise<PowerReading> {
  const zones = (await namesIn(roots.sys, 'class/thermal')).filter(name => name.startsWith('thermal_zone'))
  const readings = await Promise.all(zones.map(zone => readFact(roots.sys, 'class/thermal', zone, 'temp')))
  const celsius = readings.filter(reading => reading !== null).map(reading => Number(reading) / 1000)
  return { celsius: celsius.length === 0 ? null : Math.max(...celsius), throttled: await readThrottled(roots) }
}

export function judgePower({ celsius, throttled }: PowerReading): readonly Finding[] {
  const { ok, note } = findingsOf('power')
  const bits = throttled ?? 0
  const troubles = conditions.flatMap(({ bit, code, now, before }) => {
    if (isSet(bits, bit)) return [note(`${code}Now`, now)]
    return isSet(bits, bit + beforeShift) ? [note(`${code}Before`, before)] : []
  })
  const heat = celsius === null ? null : temperature(celsius)
  if (celsius !== null && celsius >= celsiusMax && heat !== null)
    return [
      note(
        'hot',
        text(
          `${heat.de} Ab ${celsiusMax} °C wird das Board langsamer: für Kühlung sorgen.`,
          `${heat.en} From ${celsiusMax} °C on the board slows down: see to its cooling.`,
        ),
      ),
      ...troubles,
    ]
  if (troubles.length > 0) return troubles
  const supply =
    throttled === null
      ? text('Über die Spannung sagt diese Maschine nichts.', 'This machine tells nothing of its voltage.')
      : text('Die Spannung war seit dem Start nie zu niedrig.', 'The voltage was never too low since the start.')
  return [ok('calm', heat === null ? supply : text(`${heat.de} ${supply.de}`, `${heat.en} ${supply.en}`))]
}

const isSet = (bits: number, bit: number): boolean => (bits & (1 << bit)) !== 0

function temperature(celsius: number): Text {
  const value = decimal(celsius, 1)
  return text(`Die Temperatur beträgt ${value.de} °C.`, `The temperature is ${value.en} °C.`)
}

/** Below /sys/devices/platform/soc*, at a depth that differs between boards. */
async function readThrottled({ sys }: Roots): Promise<number | null> {
  const platform = `${sys}/devices/platform`
  for (const soc of (await namesIn(platform)).filter(name => /^soc(@|$)/.test(name))) {
    for (const name of ['', ...(await namesIn(platform, soc))]) {
      const digits = await readFact(platform, soc, name, 'get_throttled')
      if (digits !== null && /^(0x)?[0-9a-f]+$/i.test(digits)) return Number.parseInt(digits, 16)
    }
  }
  return null
}
