// What a program of the town hall says is kept in a file, as long as that can be written: a full disk ends the log alone.
import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { systemReason } from '../../protocol/command-line/system-reason.ts'
import type { Text } from '../../protocol/text.ts'
import { obstacle } from './texts.ts'

/**
 * Goes on after what is there: it may belong to a town hall that runs.
 * @param onLost called once if it can no longer be written; what is written afterwards is lost. @throws StartError
 */
export async function openLog(path: string, onLost: (reason: Text) => void): Promise<WriteStream> {
  const log = createWriteStream(path, { flags: 'a' })
  try {
    await once(log, 'open')
  } catch (error) {
    throw obstacle(texts => texts.unwritable(path, systemReason(error)))
  }
  return log.on('error', error => onLost(systemReason(error)))
}
