import { defineConfig } from 'vitest/config'
import { skipReporter } from './test/skip-reporter.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    reporters: ['default', skipReporter()],
  },
})
