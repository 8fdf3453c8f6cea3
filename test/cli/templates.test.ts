import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCommand } from './run-command.ts'
import { temporaryDirectory } from './temporary-directory.ts'

describe('postern templates', () => {
  const inFolder = () => {
    const folder = join(temporaryDirectory(), 'templates')
    const run = (...words: string[]) => runCommand(['templates', ...words, '--folder', folder])
    return { folder, run }
  }

  it('begins a template with one of the starter set, which renders and passes the check', async () => {
    const { folder, run } = inFolder()
    const began = await run('new', 'welcome', '--from', 'verification')
    expect([began.code, began.out]).toEqual([
      0,
      expect.stringContaining(join(folder, 'welcome', 'template.html')),
    ])
    const shown = await run('preview', 'welcome', '--locale', 'de-AT', '--part', 'subject')
    expect(shown).toMatchObject({ code: 0, out: 'Bestätigen Sie Ihre E-Mail-Adresse\n' })
    expect(await run('check')).toMatchObject({ code: 0, out: '1 template, nothing wrong.\n' })
  })

  it('begins with the one of the same name, or else with a verification', async () => {
    const { run } = inFolder()
    await run('new', 'invitation')
    await run('new', 'welcome')
    const subjectOf = async (alias: string) =>
      (await run('preview', alias, '--part', 'subject')).out.trim()
    expect(await subjectOf('invitation')).toBe('Ben invites you to Acme Design')
    expect(await subjectOf('welcome')).toBe('Confirm your email address')
  })

  it('shows it with values of your own', async () => {
    const { run } = inFolder()
    await run('new', 'code', '--from', 'one-time-code')
    const variables = '{"code":"<1>"}'
    expect((await run('preview', 'code', '--variables', variables)).out).toContain('&lt;1&gt;')
    const json = await run('preview', 'code', '--variables', variables, '--json')
    expect(JSON.parse(json.out)).toMatchObject({ subject: '<1> is your code', locale: 'en' })
    expect(await run('preview', 'code', '--variables', '[]')).toMatchObject({ code: 2 })
    expect(await run('preview', 'code', '--part', 'head')).toMatchObject({ code: 2 })
    expect(await run('preview', 'code', '--variables', '{"code":null}')).toMatchObject({
      code: 1,
      err: expect.stringContaining('code, line 1: the variable "code" is missing') as unknown,
    })
  })

  it('leaves alone what is there', async () => {
    const { folder, run } = inFolder()
    await run('new', 'code', '--from', 'one-time-code')
    const layout = join(folder, '_layouts', 'plain.html')
    writeFileSync(layout, '{{{@content}}}')
    await run('new', 'hello', '--from', 'test')
    expect(readFileSync(layout, 'utf8')).toBe('{{{@content}}}')
    expect(await run('new', 'hello', '--from', 'test')).toMatchObject({ code: 2 })
    expect(await run('new', 'other', '--from', 'gone')).toMatchObject({ code: 2 })
    expect(await run('new', '../up', '--from', 'test')).toMatchObject({ code: 2 })
  })

  it('names what is wrong, with an exit code for CI', async () => {
    const { folder, run } = inFolder()
    expect(await run('check')).toMatchObject({
      code: 1,
      err: expect.stringContaining('ENOENT') as unknown,
    })
    await run('new', 'code', '--from', 'one-time-code')
    writeFileSync(join(folder, 'code', 'fr.html'), '---\nsubject: x\n---\n<a href="/here">')
    await run('new', 'bad', '--from', 'test')
    writeFileSync(join(folder, 'bad', 'de.html'), '---\nsubject: x\n---\n{{#if}}')
    const { code, out } = await run('check')
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/^code fr: line \d+ of the html: .*\(html\.link-relative\)$/m),
    ])
    expect(out).toContain('bad/de.html: line 4: cannot be read')
  })

  it('warns of CSS that cannot be inlined, and lets it pass', async () => {
    const { folder, run } = inFolder()
    await run('new', 'code', '--from', 'one-time-code')
    const layout = join(folder, '_layouts', 'plain.html')
    const html = readFileSync(layout, 'utf8')
    writeFileSync(layout, html.replace('</style>', '{{code}}</style>'))
    expect(await run('check')).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^warning: code: _layouts\/plain\.html, line 20: its CSS is not inlined: .*\n1 template, nothing wrong\.\n$/,
      ) as unknown,
    })
  })
})
