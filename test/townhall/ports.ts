// The ports that were asked for on the command line, put into the files that name them.
import { readFileSync } from 'node:fs'
import { isScalar, parseDocument } from 'yaml'
import { writeWhole } from '../../gateway/shell/cli/folder.ts'
import type { Address } from '../../gateway/shell/configuration/configuration.ts'
import { databaseIn } from '../../gateway/shell/data-folder.ts'
import { lockData } from '../../gateway/shell/store/database.ts'
import { configurationIn, deviceConfigurationsIn, readGatewayIn } from './folder.ts'
import { freePort } from './free-port.ts'

/** As they were asked for: null, as the files say; 0, any that is free. */
export type Ports = { readonly mqtt: number | null; readonly console: number | null }

/** @throws StartError if gateway.yaml has a mistake, or another port is asked for while a gateway runs with these data. */
export async function usePorts(folder: string, asked: Ports): Promise<void> {
  if (asked.mqtt === null && asked.console === null) return
  const { mqtt, console } = readGatewayIn(folder).settings
  const wanted = { mqtt: await portFor(asked.mqtt, mqtt.port), console: await portFor(asked.console, console.port) }
  if (wanted.mqtt === mqtt.port && wanted.console === console.port) return
  const unlock = lockData(databaseIn(folder))
  try {
    // The gateway's file comes last: cut short before, the next start still finds which port the devices' files lead to.
    for (const path of deviceConfigurationsIn(folder)) change(path, content => withAddress(content, mqtt, wanted.mqtt))
    change(configurationIn(folder), content =>
      withPort(withPort(content, 'mqtt', wanted.mqtt), 'console', wanted.console),
    )
  } finally {
    unlock()
  }
}

const portFor = async (asked: number | null, found: number): Promise<number> =>
  asked === 0 ? freePort() : (asked ?? found)

function change(path: string, changed: (content: string) => string): void {
  writeWhole(path, changed(readFileSync(path, 'utf8')), 0o644)
}

/** In a device.yaml: the address of the gateway on this machine. What leads to another machine stays as it is. */
function withAddress(content: string, { address, port }: Address, wanted: number): string {
  const here = ['127.0.0.1', 'localhost', '[::1]', address]
  return content.replace(/mqtts:\/\/(\[[^\]]+\]|[^\s:'"]+):(\d+)/g, (found, host, foundPort) =>
    here.includes(host) && Number(foundPort) === port ? `mqtts://${host}:${wanted}` : found,
  )
}

/** The rest of a person's file stays letter by letter; a port that it does not have is added. */
function withPort(content: string, section: 'mqtt' | 'console', port: number): string {
  const document = parseDocument(content)
  const found = document.getIn([section, 'port'], true)
  if (isScalar(found) && found.range) return content.slice(0, found.range[0]) + port + content.slice(found.range[1])
  document.setIn([section, 'port'], port)
  return document.toString({ lineWidth: 0 })
}
