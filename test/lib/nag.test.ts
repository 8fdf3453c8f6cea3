import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { describe, expect, it } from 'vitest'
import { makeStack, production } from './synthesized.ts'

interface Report {
  readonly pluginReports: readonly {
    readonly violations?: readonly { readonly ruleName: string; readonly description: string }[]
  }[]
}

describe.each([
  ['staging', {}],
  ['production', { ...production, alarmEmail: 'ops@example.com' }],
])('the stack of %s', (_stage, context) => {
  it('has no finding of cdk-nag that is not acknowledged with a reason', () => {
    const { app } = makeStack(context)
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
    const before = process.exitCode
    const { directory } = app.synth()
    // A finding fails the process that synthesises.
    process.exitCode = before
    const report = JSON.parse(
      readFileSync(join(directory, 'validation-report.json'), 'utf8'),
    ) as Report
    expect(report.pluginReports.flatMap(({ violations }) => violations ?? [])).toEqual([])
  }, 60_000)
})
