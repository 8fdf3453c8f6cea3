import { defineConfig } from 'vitest/config'
import { skipReporter } from './test/skip-reporter.ts'

/** The console in a real Chromium: `npm run test:console`, after `npm run build`. */
export default defineConfig({
  test: {
    include: ['test/console/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Pages change within milliseconds, and the tests ask some thousand times.
    expect: { poll: { timeout: 30_000, interval: 10 } },
    reporters: ['default', skipReporter()],
    // One Chromium at a time: two of them on two cores make each other slow, not faster.
    fileParallelism: false,
  },
})
