import { defineConfig } from 'vitest/config'
import { skipReporter } from './test/skip-reporter.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Those want a browser and the console built: vitest.console.config.ts.
    exclude: ['test/console/**'],
    setupFiles: ['test/property-seed.ts'],
    testTimeout: 20_000,
    // Vitest leaves a core free for who watches: on two, that would be half of them.
    maxWorkers: '100%',
    reporters: ['default', skipReporter()],
  },
})
