// The two programs as they are installed: one bundle each, without types and without what no command uses [D18].
import { defineConfig, type RolldownOptions } from 'rolldown'

const program = (folder: 'firmware' | 'gateway'): RolldownOptions => ({
  input: `${folder}/main.ts`,
  platform: 'node',
  external: ['onoff', 'johnny-five', 'firmata-io', 'serialport'],
  logLevel: 'warn',
  output: { dir: `${folder}/dist`, format: 'esm', minify: 'dce-only', cleanDir: true },
})

export default defineConfig([program('firmware'), program('gateway')])
