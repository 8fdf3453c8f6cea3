import { execFile } from 'node:child_process'
import process from 'node:process'
import { promisify } from 'node:util'

/*
 * What needs no test run, at once. Says nothing of what is well. The linter, which takes as long as
 * most of the tests, is run by `.ci/run`.
 */
const checks = ['format', 'types']

const results = await Promise.allSettled(
  checks.map((check) => promisify(execFile)('npm', ['run', '--silent', check], { maxBuffer: 1e8 })),
)

for (const [index, result] of results.entries()) {
  if (result.status === 'fulfilled') continue
  const { stdout, stderr } = result.reason as { stdout: string; stderr: string }
  process.stdout.write(`npm run ${checks[index]} failed:\n${stdout}${stderr}\n`)
  process.exitCode = 1
}
