// The flags of Node with which the device program is installed: its first line says them.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../integration/world.ts'

export async function deviceFlags(): Promise<readonly string[]> {
  const [firstLine = ''] = (await readFile(join(root, 'firmware/main.ts'), 'utf8')).split('\n')
  return firstLine.split(' ').filter(word => word.startsWith('--'))
}
