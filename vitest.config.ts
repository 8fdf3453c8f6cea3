import { defineConfig } from 'vitest/config'
import { skipReporter } from './test/skip-reporter.ts'
import { slowOnAws, slowTests } from './test/slow.ts'

export default defineConfig({
  test: {
    setupFiles: ['test/property-seed.ts'],
    // What strips types is WebAssembly, in every thread that a test starts from sources, and V8 of
    // Node 24 can crash when two of them replace the slow form of its imports at once: never then.
    execArgv: ['--wasm-wrapper-tiering-budget=2147483647'],
    // For a machine four times slower than two cores of 2026, and busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000, interval: 20 } },
    // Vitest leaves a core free for who watches: on two, that would be half of them.
    maxWorkers: '100%',
    reporters: ['default', skipReporter()],
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          // The console wants a browser, and itself built: vitest.console.config.ts.
          exclude: ['test/console/**', ...slowOnAws, ...slowTests],
          // A process for each of 200 files, which loads Postern again, is half of their CPU time.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'aws',
          include: slowOnAws,
          globalSetup: 'test/remote/shared-emulators.ts',
        },
      },
      { extends: true, test: { name: 'slow', include: slowTests } },
    ],
  },
})
