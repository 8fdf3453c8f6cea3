import type { Reporter, TestModule, Vitest } from 'vitest/node'
import { judgeSkips } from './skips.ts'

/**
 * Says at the end which tests did not run and why, so that a green run on a machine that lacks
 * something does not look like a whole one. With `POSTERN_EVERY_TEST=1` they fail the run.
 */
export default class SkipReporter implements Reporter {
  private isPart = false
  private readonly print: (line: string) => void
  private readonly isStrict: boolean

  constructor(
    print: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
    isStrict = process.env['POSTERN_EVERY_TEST'] === '1',
  ) {
    this.print = print
    this.isStrict = isStrict
  }

  onInit({ config }: Pick<Vitest, 'config'>) {
    // Somebody picked tests by name: all the others count as skipped, and nobody wonders why.
    this.isPart = config.testNamePattern !== undefined
  }

  onTestRunEnd(modules: readonly TestModule[]) {
    if (this.isPart) return
    const names = modules.flatMap((module) => skippedIn(module))
    const { allowed, missing } = judgeSkips(names)
    this.print(
      ` Skipped: ${allowed.length} by design, ${missing.length} for want of something here`,
    )
    for (const name of missing) this.print(`   ${name}`)
    if (this.isStrict && missing.length > 0) process.exitCode = 1
  }
}

function skippedIn(module: TestModule): string[] {
  return [...module.children.allTests()].flatMap((test) => {
    const result = test.result()
    if (result.state !== 'skipped') return []
    return [result.note ? `${test.fullName} (${result.note})` : test.fullName]
  })
}
