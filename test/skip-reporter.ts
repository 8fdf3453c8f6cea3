import type { Reporter, TestModule } from 'vitest/node'
import { judgeSkips, reasonsOf } from './skips.ts'

/**
 * Says at the end which tests did not run and why, so that a green run on a machine that lacks
 * something does not look like a whole one. With `POSTERN_EVERY_TEST=1` they fail the run.
 */
export function skipReporter(isStrict = process.env['POSTERN_EVERY_TEST'] === '1'): Reporter {
  let isPart = false
  return {
    onInit({ config }) {
      // Tests were picked by name: all others count as skipped, which needs no explanation.
      isPart = config.testNamePattern !== undefined
    },
    onTestRunEnd(modules) {
      if (isPart) return
      const { allowed, missing } = judgeSkips(modules.flatMap(skippedIn))
      const counts = `${allowed.length} by design, ${missing.length} for want of something here`
      process.stdout.write(
        `${[`Skipped: ${counts}`, ...reasonsOf(allowed), ...missing].join('\n   ')}\n`,
      )
      if (isStrict && missing.length > 0) process.exitCode = 1
    },
  }
}

function skippedIn(module: TestModule): string[] {
  return [...module.children.allTests()].flatMap((test) => {
    const result = test.result()
    if (result.state !== 'skipped') return []
    return [result.note ? `${test.fullName} (${result.note})` : test.fullName]
  })
}
