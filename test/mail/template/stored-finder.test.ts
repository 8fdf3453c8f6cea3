import { describe, expect, it, onTestFinished } from 'vitest'
import { storedFinder } from '../../../mail/template/stored-finder.ts'
import {
  createTemplate,
  publish,
  removeTemplate,
  saveDraft,
  type Rewritten,
} from '../../../mail/template/stored.ts'
import type { StoredTemplate, Templates } from '../../../mail/ports/templates.ts'
import { temporaryBackend } from '../../backends/local/temporary.ts'

const saying = (html: string) => ({
  defaultLocale: 'en',
  locales: { en: { subject: 'Hi', html } },
  variables: [],
  samples: {},
})

/** One process that finds, and another that changes. */
function open() {
  const { backend, clock, close } = temporaryBackend()
  onTestFinished(close)
  let [asked, read] = [0, 0]
  let isBroken = false
  const counted = <Made>(answer: Promise<Made>) => {
    asked += 1
    return isBroken ? Promise.reject(new Error('the table cannot be asked')) : answer
  }
  const templates: Templates = {
    ...backend.templates,
    get: (...query) => counted(backend.templates.get(...query)),
    named: (...query) => counted(backend.templates.named(...query)),
  }
  const blobs = {
    ...backend.blobs,
    get: (key: string) => {
      read += 1
      return backend.blobs.get(key)
    },
  }
  const finder = storedFinder({ templates, blobs, clock }, () => 0.5)
  const html = async (name = 'welcome', project = 'default') => {
    const found = await finder.find(name, project)
    if ('missing' in found) return found.missing
    const made = found.template.render({ variables: {} })
    return 'rendered' in made ? made.rendered.html : made.faults
  }
  return {
    ...{ finder, html, clock, stores: backend },
    counts: () => ({ asked, read }),
    breakDown: () => void (isBroken = true),
  }
}

function written(result: Rewritten | 'empty'): StoredTemplate {
  if (typeof result === 'string') throw new Error(result)
  return result
}

async function made({ stores }: ReturnType<typeof open>, html = 'one') {
  const said = { project: 'default', name: 'Welcome', alias: 'welcome', contents: saying(html) }
  return written(await createTemplate(stores, said))
}

async function published(opened: ReturnType<typeof open>, html = 'one') {
  return written(await publish(opened.stores, await made(opened, html)))
}

async function change({ stores }: ReturnType<typeof open>, template: StoredTemplate, html: string) {
  const saved = written(await saveDraft(stores, template, { contents: saying(html) }))
  return written(await publish(stores, saved))
}

describe('what emails are made from', () => {
  it('is asked for once in eight seconds, and read and compiled once', async () => {
    const opened = open()
    await published(opened)
    for (let time = 0; time < 100; time++) expect(await opened.html()).toBe('one')
    expect(opened.counts()).toEqual({ asked: 1, read: 1 })
    await opened.clock.advance(8_000)
    for (let time = 0; time < 100; time++) expect(await opened.html()).toBe('one')
    expect(opened.counts()).toEqual({ asked: 2, read: 1 })
  })

  it('is read once when many ask at the same time', async () => {
    const opened = open()
    await published(opened)
    await Promise.all(Array.from({ length: 50 }, () => opened.html()))
    expect(opened.counts().read).toBe(1)
  })

  it('counts at once when it is published for the first time, though it was asked for before', async () => {
    const opened = open()
    expect(await opened.html()).toBe('unknown')
    const template = await made(opened)
    expect(await opened.html()).toBe('unpublished')
    await publish(opened.stores, template)
    expect(await opened.html()).toBe('one')
  })

  it('of another version counts in ten seconds; at once where it was published', async () => {
    const opened = open()
    const template = await published(opened)
    expect(await opened.html()).toBe('one')
    const next = await change(opened, template, 'two')
    expect(await opened.html()).toBe('one')
    await opened.clock.advance(10_000)
    expect(await opened.html()).toBe('two')
    await change(opened, next, 'three')
    opened.finder.forget()
    expect(await opened.html()).toBe('three')
  })

  it('stays known while it cannot be asked for', async () => {
    const opened = open()
    await published(opened)
    expect(await opened.html()).toBe('one')
    opened.breakDown()
    await opened.clock.advance(60_000)
    expect(await opened.html()).toBe('one')
    await expect(opened.html('other')).rejects.toThrow('cannot be asked')
  })

  it('is of one project, whichever name it has', async () => {
    const opened = open()
    const { id } = await published(opened)
    for (const name of [
      'welcome',
      'd-welcome',
      id,
      id.toUpperCase(),
      `d-${id.replaceAll('-', '')}`,
    ])
      expect([await opened.html(name), await opened.html(name, 'shop')]).toEqual(['one', 'unknown'])
  })

  it('is not found under a name that was remembered, once its texts are gone', async () => {
    const opened = open()
    const template = await published(opened)
    await opened.html('d-welcome')
    await removeTemplate(opened.stores, template)
    const other = await published(opened, 'two')
    expect(other.id).not.toBe(template.id)
    await opened.clock.advance(10_000)
    expect(await opened.finder.find('welcome', 'default')).toHaveProperty('template')
    expect(await opened.html('d-welcome')).toBe('two')
    // Known, but never opened here: its texts went before they were read.
    const late = storedFinder({
      ...opened.stores,
      templates: remembering(template, opened.stores.templates),
    })
    expect(await late.find(template.id, 'default')).toEqual({ missing: 'unknown' })
  })
})

/** Answers the first question as things were before. */
function remembering(template: StoredTemplate, templates: Templates): Templates {
  let isFirst = true
  return {
    ...templates,
    get: async (...query) => {
      if (!isFirst) return templates.get(...query)
      isFirst = false
      return template
    },
  }
}
