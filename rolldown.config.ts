// The two programs as they are installed: one bundle each, without types and without what no command uses [D18].
import { defineConfig, type RolldownOptions } from 'rolldown'

const program = (folder: 'firmware' | 'gateway', threads: Record<string, string> = {}): RolldownOptions => ({
  input: { main: `${folder}/main.ts`, ...threads },
  platform: 'node',
  external: ['onoff', 'johnny-five', 'firmata-io', 'serialport'],
  logLevel: 'warn',
  output: { dir: `${folder}/dist`, format: 'esm', minify: 'dce-only', cleanDir: true },
})

export default defineConfig([
  program('firmware'),
  program('gateway', { 'record-writer': 'gateway/shell/store/record-writer.ts' }),
])
