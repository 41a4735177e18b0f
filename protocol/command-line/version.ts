// The version of both programs: the one in package.json. Heartbeats carry it, and `--version` prints it.
import stillruf from '../../package.json' with { type: 'json' }
import { text } from '../text.ts'

export const { version } = stillruf

export const versionText = text('die Version zeigen', 'show the version')
