import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'

/** Without credentials, as on a machine that has never seen AWS. */
async function synth(...words: string[]) {
  const output = mkdtempSync(join(tmpdir(), 'postern-synth-'))
  onTestFinished(() => rmSync(output, { recursive: true }))
  const env = {
    PATH: [resolve('node_modules/.bin'), process.env['PATH']].join(delimiter),
    HOME: output,
    CDK_DISABLE_VERSION_CHECK: '1',
  }
  return promisify(execFile)('cdk', ['synth', '--quiet', '--output', output, ...words], { env })
}

describe('cdk synth', () => {
  it.each([[[]], [['-c', 'stage=production', '-c', 'senderDomains=example.com']]])(
    'has nothing to warn of: %j',
    { timeout: 120_000 },
    async (words) => {
      const { stdout, stderr } = await synth(...words)
      expect(`${stdout}${stderr}`).not.toMatch(/warn|error|deprecated/i)
    },
  )

  it('says what is wrong with a value and shows no stack', { timeout: 120_000 }, async () => {
    const failed = await synth('-c', 'stage=prod').catch((error: { stderr: string }) => error)
    expect(failed.stderr).toContain('-c stage must be staging or production (it is "prod")')
    expect(failed.stderr).not.toContain(' at ')
  })
})
