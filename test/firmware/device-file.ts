// A device.yaml to be changed by tests, and what is said of it.
import { parseConfiguration } from '../../firmware/shell/configuration.ts'
import { StartError } from '../../protocol/command-line/start-error.ts'
import { same, type Text } from '../../protocol/text.ts'

export const good = `device: rathaus-1
data: data
gateways:
  - url: mqtts://zentrale.example:8883
lines:
  backend: simulated
buttons:
  - { id: tresen, chip: simulated, offset: 1, closedLevel: low }
  - { id: kasse, chip: simulated, offset: 2, closedLevel: high, confirmMs: 40 }
`
export const read = (text: string) => parseConfiguration(text, '/etc/stillruf/device.yaml')
/** What is said of it in both languages. */
export const told = (content: string): Text => {
  try {
    read(content)
  } catch (error) {
    if (error instanceof StartError) return error.text
    throw error
  }
  return same('accepted')
}
export const refusal = (content: string): string => told(content).en
/** Without lines and buttons. */
export const head = good.slice(0, good.indexOf('lines:'))
