import { execFile } from 'node:child_process'
import process from 'node:process'
import { promisify } from 'node:util'

/*
 * What needs no test run, all at once: on two cores that takes as long as the linter alone. Says
 * nothing of what is well.
 */
const checks = ['format', 'lint', 'types']

const results = await Promise.allSettled(
  checks.map((check) => promisify(execFile)('npm', ['run', '--silent', check], { maxBuffer: 1e8 })),
)

for (const [index, result] of results.entries()) {
  if (result.status === 'fulfilled') continue
  const { stdout, stderr } = result.reason as { stdout: string; stderr: string }
  process.stdout.write(`npm run ${checks[index]} failed:\n${stdout}${stderr}\n`)
  process.exitCode = 1
}
