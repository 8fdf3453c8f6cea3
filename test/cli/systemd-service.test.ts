import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { runCommand } from './run-command.ts'

it('service print shows a unit that runs this Postern', async () => {
  const { code, out } = await runCommand(['service', 'print', '--low-ports'])
  expect(code).toBe(0)
  expect(out).toMatch(/^ExecStart=\/.*\/bin\/postern start$/m)
  expect(out).toContain('CAP_NET_BIND_SERVICE')
})

it('service install --root writes the unit and its user for an image', async () => {
  const root = mkdtempSync(join(tmpdir(), 'postern-image-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  expect(await runCommand(['service', 'install', '--root', root])).toMatchObject({ code: 0 })
  const read = (file: string) => readFileSync(join(root, file), 'utf8')
  expect(read('etc/systemd/system/postern.service')).toContain('User=postern')
  expect(read('etc/sysusers.d/postern.conf')).toMatch(/^u postern /)
})
