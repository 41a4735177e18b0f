// `npm run test:vm`. Two machines at once: each takes about one core, most of it while it starts.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/vm/*.test.ts'],
    globalSetup: 'test/vm/set-up.ts',
    maxWorkers: 2,
    testTimeout: 900_000,
    hookTimeout: 180_000,
    teardownTimeout: 30_000,
  },
})
