import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { runCommand } from './run-command.ts'

it('the manual page has every command with its options and examples', async () => {
  const { out } = await runCommand(['manual'])
  expect(out).toMatch(/^\.TH POSTERN 1 /)
  for (const command of ['start', 'captures wait', 'webhooks listen', 'completion'])
    expect(out).toContain(`.SS "postern ${command}"`)
  expect(out).toContain('\\-\\-subject <text>')
  expect(out).toContain('POSTERN_DATA')
})

it('the manual page has nothing that roff reads as a command by chance', async () => {
  const { out } = await runCommand(['manual'])
  const commands = out.split('\n').filter((line) => /^[.']/.test(line))
  expect(commands.filter((line) => !/^\.(TH|SH|SS|B|nf|fi)\b/.test(line))).toEqual([])
})

it.skipIf(spawnSync('groff', ['--version']).status !== 0)(
  'the manual page is one that groff takes without a warning',
  async () => {
    const { out } = await runCommand(['manual'])
    const { stdout, stderr } = spawnSync('groff', ['-ww', '-man', '-Tutf8'], {
      input: out,
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(stdout).toMatch(/[-‐−]{2}subject <text>/)
  },
)
