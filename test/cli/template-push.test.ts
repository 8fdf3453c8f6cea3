import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { starterFolder } from '../../backends/web/starter-set.ts'
import { startHere } from './run-command.ts'
import { temporaryDirectory } from './temporary-directory.ts'

interface Row {
  readonly template: string
  readonly change: string
  readonly published?: boolean
  readonly version?: string | null
  readonly reason?: string
}

/** A Postern without files of its own, and two of the starter set as files of a developer. */
async function start() {
  const postern = await startHere({ env: { POSTERN_TEMPLATES: temporaryDirectory() } })
  onTestFinished(() => postern.stop())
  const folder = join(temporaryDirectory(), 'templates')
  for (const name of ['_layouts', '_partials', '_messages', 'test', 'verification'])
    cpSync(join(starterFolder(), name), join(folder, name), { recursive: true })
  const inFolder = async (...words: string[]) => {
    const ran = await postern.run('templates', ...words, '--folder', folder, '--json')
    const { templates = [] } = (ran.out === '' ? {} : JSON.parse(ran.out)) as { templates?: Row[] }
    return {
      ...ran,
      templates,
      changes: Object.fromEntries(templates.map((one) => [one.template, one.change])),
    }
  }
  const call = async (method: string, path: string, body?: object) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${postern.url}${path}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
    })
    return (await answer.json()) as Record<string, unknown>
  }
  return { ...postern, folder, inFolder, call }
}

const all = (change: string) => ({ test: change, verification: change })

/** All files below a folder, with what they say. */
function filesIn(folder: string) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  )
  return Object.fromEntries(
    files.map((one) => {
      const path = join(one.parentPath, one.name)
      return [path.slice(folder.length + 1), readFileSync(path, 'utf8')]
    }),
  )
}

describe('postern templates push', () => {
  it('keeps files as drafts, and leaves alone what says the same', async () => {
    const { inFolder, call } = await start()
    expect((await inFolder('push', '--dry-run')).changes).toEqual(all('created'))
    expect(await call('GET', '/v1/templates')).toMatchObject({ data: [] })
    expect(await inFolder('push')).toMatchObject({ code: 0, changes: all('created') })
    expect(await call('GET', '/v1/templates/verification')).toMatchObject({
      status: 'draft',
      name: 'Confirm an email address',
    })
    expect(await inFolder('push')).toMatchObject({ code: 0, changes: all('unchanged') })
  })

  it('has emails made from them, with the layout, partials and messages they use', async () => {
    const { inFolder, call, folder } = await start()
    const { templates } = await inFolder('push', 'verification', '--publish')
    expect(templates).toEqual([
      { template: 'verification', change: 'created', published: true, version: '1' },
    ])
    const preview = await call('POST', '/v1/templates/verification/preview', { locale: 'de' })
    expect(preview).toMatchObject({ subject: 'Bestätigen Sie Ihre E-Mail-Adresse', faults: [] })
    const layout = join(folder, '_layouts/plain.html')
    writeFileSync(layout, readFileSync(layout, 'utf8').replace('<body', '<body title="new"'))
    expect((await inFolder('push', 'verification', '--dry-run')).templates).toMatchObject([
      { change: 'changed' },
    ])
    expect((await inFolder('push', 'verification')).templates).toMatchObject([
      { change: 'changed', published: false, version: '1' },
    ])
    expect((await inFolder('push', 'verification', '--publish')).templates).toMatchObject([
      { change: 'unchanged', published: true, version: '2' },
    ])
    expect((await inFolder('push', 'verification', '--publish')).templates).toMatchObject([
      { change: 'unchanged', published: false, version: '2' },
    ])
  })

  it('removes what is no file only when that is asked for, and only in one project', async () => {
    const { inFolder, call } = await start()
    await call('POST', '/v1/templates', { alias: 'old', locales: { en: { html: 'x' } } })
    await inFolder('push')
    expect((await inFolder('push')).changes).toEqual(all('unchanged'))
    expect((await inFolder('push', '--prune', '--dry-run')).changes).toEqual({
      ...all('unchanged'),
      old: 'removed',
    })
    expect(await call('GET', '/v1/templates/old')).toMatchObject({ alias: 'old' })
    expect(await inFolder('push', 'test', '--prune')).toMatchObject({ code: 2 })
    await inFolder('push', '--prune')
    expect(await call('GET', '/v1/templates/old')).toMatchObject({ error: { code: 'not_found' } })
  })

  it('refuses files with a fault, names it, and pushes none', async () => {
    const { inFolder, call, folder } = await start()
    writeFileSync(join(folder, 'test', 'de.html'), '---\nsubject: x\n---\n{{#if}}')
    expect(await inFolder('push')).toMatchObject({
      code: 1,
      err: expect.stringContaining('test/de.html, line 4') as unknown,
    })
    expect(await call('GET', '/v1/templates')).toMatchObject({ data: [] })
    expect(await inFolder('push', 'gone')).toMatchObject({ code: 1 })
  })

  it('says in the words of Postern what is refused, and goes on', async () => {
    const { inFolder, folder, run } = await start()
    const file = join(folder, 'verification', 'template.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('{', '{"from": "nobody",'))
    const { code, templates } = await inFolder('push')
    expect([code, templates.filter(({ change }) => change === 'created').length]).toEqual([1, 1])
    expect(templates.find(({ change }) => change === 'refused')).toMatchObject({
      template: 'verification',
      reason: expect.stringContaining('from') as unknown,
    })
    const words = await run('templates', 'push', '--folder', folder)
    expect(words.out).toMatch(/^verification\trefused\t-\t.*from/m)
  })
})

describe('postern templates pull', () => {
  it('writes what was pushed as the same files, which are unchanged when they are pushed again', async () => {
    const { inFolder, folder } = await start()
    await inFolder('push')
    const before = filesIn(folder)
    rmSync(folder, { recursive: true })
    const pulled = await inFolder('pull')
    expect(pulled).toMatchObject({ code: 0, changes: all('written') })
    const after = filesIn(folder)
    expect(Object.keys(before)).toEqual(expect.arrayContaining(Object.keys(after)))
    for (const [file, text] of Object.entries(before))
      if (file.endsWith('.html')) expect([file, after[file]]).toEqual([file, text])
    expect((await inFolder('push')).changes).toEqual(all('unchanged'))
    expect((await inFolder('pull')).changes).toEqual(all('unchanged'))
    expect(filesIn(folder)).toEqual(after)
  })

  it('writes over no file that says something else, unless that is asked for', async () => {
    const { inFolder, folder } = await start()
    await inFolder('push')
    const file = join(folder, 'test', 'template.html')
    const kept = readFileSync(file, 'utf8')
    writeFileSync(file, 'mine')
    const refused = await inFolder('pull')
    expect([refused.code, refused.changes]).toEqual([1, { ...all('unchanged'), test: 'refused' }])
    expect(refused.templates.find(({ change }) => change === 'refused')!.reason).toContain(
      'test/template.html',
    )
    expect(readFileSync(file, 'utf8')).toBe('mine')
    expect((await inFolder('pull', '--force', '--dry-run')).changes).toMatchObject({
      test: 'written',
    })
    expect(readFileSync(file, 'utf8')).toBe('mine')
    expect(await inFolder('pull', 'test', '--force')).toMatchObject({ code: 0 })
    expect(readFileSync(file, 'utf8')).toBe(kept)
  })

  it('sees for each template what those before it wrote', async () => {
    const { inFolder, call, folder } = await start()
    rmSync(folder, { recursive: true })
    for (const [alias, html] of [
      ['one', '<b>{{{@content}}}'],
      ['two', '<i>{{{@content}}}'],
    ]) {
      const layout = { name: 'same', html }
      await call('POST', '/v1/templates', { alias, layout, locales: { en: { html: 'x' } } })
    }
    for (let times = 0; times < 2; times++) {
      const { changes } = await inFolder('pull', '--force')
      expect(changes).toEqual({ one: 'written', two: 'written' })
      // The newest is pulled first, so the other one has the last word.
      expect(readFileSync(join(folder, '_layouts/same.html'), 'utf8')).toContain('<b>')
    }
  })

  it('adds messages to those that are there, and leaves the others', async () => {
    const { inFolder, folder } = await start()
    await inFolder('push', 'test')
    rmSync(folder, { recursive: true })
    mkdirSync(join(folder, '_messages'), { recursive: true })
    writeFileSync(join(folder, '_messages', 'en.json'), '{"own":"mine"}')
    expect(await inFolder('pull')).toMatchObject({ code: 0 })
    expect(JSON.parse(readFileSync(join(folder, '_messages', 'en.json'), 'utf8'))).toMatchObject({
      own: 'mine',
      'test.subject': expect.any(String) as unknown,
    })
    expect((await inFolder('push')).changes).toEqual({ test: 'unchanged' })
  })

  it('takes what was made over the API, each language in a file of its own', async () => {
    const { inFolder, call, folder } = await start()
    rmSync(folder, { recursive: true })
    const locales = { en: { subject: 'Hi', html: '<p>Hi' }, 'pt-BR': { text: 'Oi' } }
    await call('POST', '/v1/templates', {
      alias: 'made',
      layout: { html: '<i>{{{@content}}}' },
      locales,
    })
    await call('POST', '/v1/templates', { name: 'No alias', locales })
    expect((await inFolder('pull')).changes).toEqual({ 'No alias': 'skipped', made: 'written' })
    expect(Object.keys(filesIn(folder)).sort()).toEqual([
      '_layouts/made.html',
      'made/en.html',
      'made/pt-BR.txt',
      'made/template.json',
    ])
    expect((await inFolder('push')).changes).toEqual({ made: 'unchanged' })
    expect(await inFolder('pull', 'gone')).toMatchObject({ code: 1 })
  })
})
