// `npm run test:vm`: one file after the other, as two machines at once would take each other's time.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/vm/*.test.ts'],
    globalSetup: 'test/vm/set-up.ts',
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
  },
})
