import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { watchedFolder } from '../../machine/template-folder.ts'
import { virtualClock } from '../virtual-clock.ts'

const whole = {
  'a/template.json': '{"subjects":{"en":"A"}}',
  'a/en.html': '<p>one</p>',
}

function opened(files: Record<string, string> | undefined, isWanted = false) {
  const directory = mkdtempSync(join(tmpdir(), 'postern-templates-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const path = join(directory, 'templates')
  const write = (name: string, text: string | Buffer) => {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
  }
  for (const [name, text] of Object.entries(files ?? {})) write(name, text)
  const clock = virtualClock()
  const folder = watchedFolder({ path, isWanted, clock })
  const html = async () => {
    await clock.advance(2_000)
    const made = (await folder.current()).templates.get('a')?.render({ variables: {} })
    return made && 'rendered' in made ? made.rendered.html : made
  }
  return { path, write, folder, html }
}

describe('a folder of templates on this machine', () => {
  it('is read when it is asked for, and again once a file is another', async () => {
    const { write, folder, html } = opened(whole)
    expect(folder.faults()).toEqual([])
    expect(await html()).toBe('<p>one</p>')
    write('a/en.html', '<p>number two</p>')
    expect(await html()).toBe('<p>number two</p>')
  })

  it('stays as it was while a file is broken, says which, and goes on once it is whole', async () => {
    const { write, folder, html } = opened(whole)
    await html()
    write('a/en.html', '<p>\n{{#if x}}')
    expect(await html()).toBe('<p>one</p>')
    expect(folder.faults()).toEqual([expect.stringContaining('a/en.html, line 2: cannot be read')])
    write('a/en.html', '<p>whole again</p>')
    expect(await html()).toBe('<p>whole again</p>')
    expect(folder.faults()).toEqual([])
  })

  it('has what is whole where it was never whole altogether', async () => {
    const { folder, html } = opened({ ...whole, 'b/template.json': '{' })
    expect(await html()).toBe('<p>one</p>')
    expect(folder.faults()).toEqual([expect.stringContaining('b/template.json, line 1')])
  })

  it('need not be there, unless it was named', async () => {
    const none = opened(undefined)
    expect([await none.html(), none.folder.faults()]).toEqual([undefined, []])
    const named = opened(undefined, true)
    await named.html()
    expect(named.folder.faults()).toEqual([expect.stringContaining('cannot be read: ENOENT')])
  })

  it('stays in force when it is taken away though it was named', async () => {
    const { path, folder, html } = opened(whole, true)
    await html()
    rmSync(path, { recursive: true })
    expect(await html()).toBe('<p>one</p>')
    expect(folder.faults()).toHaveLength(1)
  })

  it('sends nothing of a file that is not written in UTF-8, and takes the mark of one that is', async () => {
    const { write, folder, html } = opened(whole)
    expect(await html()).toBe('<p>one</p>')
    write('a/en.html', Buffer.from('<p>\nGr\xfc\xdfe</p>', 'latin1'))
    expect(await html()).toBe('<p>one</p>')
    expect(folder.faults()).toEqual(['a/en.html, line 2: is not written in UTF-8'])
    write('other/page.html', Buffer.from([0xff]))
    write('a/en.html', '\uFEFF<p>Grüße</p>')
    expect([await html(), folder.faults()]).toEqual(['<p>Grüße</p>', []])
    const fresh = opened(whole)
    fresh.write('a/en.html', Buffer.from([0xff, 0xfe, 0x41, 0]))
    expect(await fresh.html()).toBeUndefined()
  })

  it('follows no link out of it', async () => {
    const { path, write, html } = opened(whole)
    const secret = join(path, '../secret.html')
    writeFileSync(secret, 'secret')
    symlinkSync(secret, join(path, 'a/de.html'))
    write('a/template.json', '{"subjects":{"en":"A","de":"B"},"default_locale":"en"}')
    expect(await html()).toBe('<p>one</p>')
  })
})
