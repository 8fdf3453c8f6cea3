import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { startHere, runCommand, type Ran } from './run-command.ts'
import { temporaryDirectory } from './temporary-directory.ts'

describe('postern suppressions', () => {
  let run: (...words: string[]) => Promise<Ran>
  let url: string
  beforeEach(async () => {
    const postern = await startHere()
    onTestFinished(() => postern.stop())
    run = (...words) => postern.run('suppressions', ...words)
    url = postern.url
  })

  it('adds, lists and removes an address', async () => {
    expect(await run('list')).toMatchObject({ code: 0, out: 'no address is suppressed\n' })
    expect((await run('add', 'gone@there.test', '--text', 'asked')).out).toMatch(
      /^gone@there.test is/,
    )
    expect((await run('list', '--q', 'GONE@there')).out).toMatch(/gone@there\.test\s+manual/)
    expect((await run('add', 'gone@there.test', '--list', 'news')).code).toBe(0)
    expect((await run('list', '--list', 'news')).out).toContain('unsubscribe (news)')
    expect((await run('remove', 'gone@there.test')).out).toMatch(/^removed /)
    expect(await run('remove', 'gone@there.test')).toMatchObject({ code: 1 })
    expect(await run('add', 'no address')).toMatchObject({ code: 1 })
  })

  it('imports a file in parts, says which lines were wrong, and exports all', async () => {
    const file = join(temporaryDirectory(), 'list.csv')
    const lines = Array.from({ length: 2_100 }, (_, n) =>
      n === 2_050 ? 'no,x' : `a${n}@b.test,spam`,
    )
    writeFileSync(file, `\ufeffEmail,Reason\r\n${lines.join('\r\n')}\r\n`)
    const { code, out } = await run('import', file)
    expect([code, out]).toEqual([
      1,
      'added 2099, known already 0\nline 2052: the address has no @\n',
    ])
    const exported = await run('export')
    expect(exported.out.trimEnd().split('\n')).toHaveLength(2_100)
    expect(exported.out).toContain('a7@b.test,complaint,')
    const again = await runCommand(['suppressions', 'import', '-'], { url, input: exported.out })
    expect(again).toMatchObject({ code: 0, out: 'added 0, known already 2099\n' })
  })

  it('ends with 2 for a file that is not there', async () => {
    expect(await run('import', '/nowhere/file')).toMatchObject({ code: 2 })
  })
})
