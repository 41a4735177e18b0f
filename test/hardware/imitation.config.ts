// For the run inside the imitation only, which has a file system of its own.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/hardware/onoff-on-imitation.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
})
