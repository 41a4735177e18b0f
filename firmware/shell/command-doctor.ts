// `stillruf-device doctor`: examines a device where it hangs, and says in sentences what was found and what to do.
import type { Language } from '../../protocol/text.ts'
import { readConfiguration } from './configuration.ts'
import { examine } from './doctor/examine.ts'
import { gradeOf } from './doctor/finding.ts'
import { jsonFindings, printFindings } from './doctor/output.ts'
import { watchPresses } from './doctor/press.ts'

export type DoctorOptions = { readonly config: string; readonly json?: true; readonly press?: true }

/** @returns the exit status: 1 if a press might not reach a person, 0 otherwise. @throws StartError */
export async function doctor(options: DoctorOptions, language: Language): Promise<0 | 1> {
  const configuration = readConfiguration(options.config)
  if (options.press === true) {
    const say = (line: string): void => void process.stdout.write(`${line}\n`)
    return (await watchPresses(configuration, language, say, untilInterrupted())) ? 0 : 1
  }
  const findings = await examine(configuration, options.config)
  const { columns = 100, isTTY } = process.stdout
  const paper = { width: Math.min(columns, 110), coloured: isTTY && process.env.NO_COLOR === undefined }
  process.stdout.write(
    options.json === true
      ? jsonFindings(configuration.device, findings, language)
      : printFindings(findings, language, paper),
  )
  return gradeOf(findings) === 'failed' ? 1 : 0
}

function untilInterrupted(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  return promise
}
