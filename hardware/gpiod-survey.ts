// What the kernel tells of its lines without anybody holding them: name, user, resistor. Read from gpioinfo in both dialects.
import { runGpiod } from './gpiod-programs.ts'
import type { Bias } from './lines.ts'

export type SurveyedLine = {
  readonly chip: number
  readonly offset: number
  /** Null: the board's maker gave none. */
  readonly name: string | null
  /** Who holds it: what that program or driver calls itself. Null: it is free. */
  readonly user: string | null
  readonly direction: 'input' | 'output'
  /** Null: as the board has set it. */
  readonly bias: Bias | null
}

/** @throws LineError if gpiod is missing or may not see the chips */
export const surveyLines = async (): Promise<readonly SurveyedLine[]> => parseSurvey(await runGpiod('gpioinfo', []))

/** @param text what gpioinfo prints, v1.5 to 2 */
export function parseSurvey(text: string): readonly SurveyedLine[] {
  const lines: SurveyedLine[] = []
  let chip = 0
  for (const line of text.split('\n')) {
    chip = Number(/^gpiochip(\d+) - \d+ lines:$/.exec(line)?.[1] ?? chip)
    const [, offset, name, rest = ''] = /^\s+line\s+(\d+):\s+(?:"([^"]*)"|unnamed)\s+(.*)$/.exec(line) ?? []
    if (offset === undefined) continue
    lines.push({
      chip,
      offset: Number(offset),
      name: name ?? null,
      user: userIn(rest),
      direction: /\boutput\b/.test(rest) ? 'output' : 'input',
      bias: biasIn(rest),
    })
  }
  return lines
}

/** v1 prints it before the direction, in quotation marks unless the kernel knows no name; v2 as consumer="…". */
function userIn(text: string): string | null {
  const [, second] = /consumer=(?:"([^"]*)"|\S+)/.exec(text) ?? []
  if (second !== undefined) return second
  const [, quoted, bare] = /^(?:"([^"]*)"|(\S+))\s+(?:input|output)\b/.exec(text) ?? []
  return quoted ?? (bare === 'unused' ? null : (bare ?? null))
}

function biasIn(text: string): Bias | null {
  if (/\bpull-up\b/.test(text)) return 'pull-up'
  if (/\bpull-down\b/.test(text)) return 'pull-down'
  return /\bbias-disabled\b|\bbias=disabled\b/.test(text) ? 'disabled' : null
}
