import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../../mail/email/id.ts'
import type { StoredTemplate, Templates } from '../../mail/ports/templates.ts'
import type { VirtualClock } from '../virtual-clock.ts'

export interface TemplatesHarness {
  readonly templates: Templates
  readonly clock: Pick<VirtualClock, 'advance'>
  close(): void | Promise<void>
}

const texts = { key: 'templates/1/2', hash: 'h', defaultLocale: 'en', locales: ['en'] }

/** A complete template, but for what a test is about. */
export function aTemplate(values: Partial<StoredTemplate> = {}): StoredTemplate {
  const now = Date.UTC(2026, 0, 1)
  return {
    id: newId(now),
    project: 'default',
    createdAt: now,
    updatedAt: now,
    revision: 1,
    name: 'Welcome',
    draft: texts,
    versions: [],
    lastNumber: 0,
    ...values,
  }
}

/** What every store of templates must do. */
export function testTemplates(name: string, open: () => Promise<TemplatesHarness>) {
  describe(`${name}: templates`, () => {
    let harness: TemplatesHarness
    let templates: Templates
    beforeEach(async () => {
      harness = await open()
      templates = harness.templates
    })
    afterEach(() => harness.close())

    async function made(values: Partial<StoredTemplate> = {}): Promise<StoredTemplate> {
      const template = aTemplate(values)
      expect(await templates.create(template)).toBe('written')
      return template
    }

    const next = (template: StoredTemplate, change: Partial<StoredTemplate> = {}) => ({
      ...template,
      revision: template.revision + 1,
      ...change,
    })

    it('are none at first', async () => {
      expect(await templates.list({ scope: '*', limit: 9 })).toEqual({ data: [], hasMore: false })
      expect(await templates.get(newId(0), '*')).toBeUndefined()
      expect(await templates.named('welcome', 'default')).toBeUndefined()
      expect(await templates.remove(aTemplate())).toBe(false)
      expect(await templates.replace(next(aTemplate()))).toBe('stale')
    })

    it('come back whole, by id and by alias', async () => {
      const version = { id: newId(0), number: 1, name: 'first', createdAt: 7, texts }
      const published = { versions: [version], lastNumber: 1, current: 1, publishedAt: 8 }
      const template = await made({ alias: 'welcome', ...published })
      expect(await templates.get(template.id, 'default')).toEqual(template)
      expect(await templates.named('welcome', 'default')).toEqual(template)
      const { draft: _, ...empty } = aTemplate()
      await templates.create(empty)
      expect(Object.keys((await templates.get(empty.id, '*'))!)).not.toContain('draft')
    })

    it('are found and listed in their own project alone', async () => {
      const own = await made({ alias: 'welcome' })
      const other = await made({ alias: 'welcome', project: 'shop' })
      expect(await templates.get(other.id, 'default')).toBeUndefined()
      expect(await templates.get(other.id, '*')).toEqual(other)
      expect(await templates.named('welcome', 'shop')).toEqual(other)
      const listed = async (scope: string) =>
        (await templates.list({ scope, limit: 9 })).data.map(({ id }) => id)
      expect(await listed('default')).toEqual([own.id])
      expect(await listed('shop')).toEqual([other.id])
      expect(await listed('*')).toEqual([other.id, own.id])
    })

    it('are listed page by page, newest first, in both directions', async () => {
      const ids: string[] = []
      for (let count = 0; count < 5; count++) ids.unshift((await made()).id)
      const page = async (where: { after?: string; before?: string }) => {
        const { data, hasMore } = await templates.list({ scope: 'default', limit: 2, ...where })
        return [data.map(({ id }) => ids.indexOf(id)), hasMore]
      }
      expect(await page({})).toEqual([[0, 1], true])
      expect(await page({ after: ids[1] })).toEqual([[2, 3], true])
      expect(await page({ after: ids[3] })).toEqual([[4], false])
      expect(await page({ before: ids[4] })).toEqual([[2, 3], true])
      expect(await page({ before: ids[1] })).toEqual([[0], false])
    })

    it('change only from the revision before: of two writers one is refused', async () => {
      const template = await made()
      const [one, other] = [next(template, { name: 'One' }), next(template, { name: 'Other' })]
      const answers = await Promise.all([templates.replace(one), templates.replace(other)])
      expect(answers.toSorted()).toEqual(['stale', 'written'])
      const { name } = (await templates.get(template.id, '*'))!
      expect(name).toBe(answers[0] === 'written' ? 'One' : 'Other')
    })

    it('have an alias each once in a project', async () => {
      const first = await made({ alias: 'welcome' })
      expect(await templates.create(aTemplate({ alias: 'welcome' }))).toBe('taken')
      const second = await made({ alias: 'other' })
      expect(await templates.replace(next(second, { alias: 'welcome' }))).toBe('taken')
      expect(await templates.get(second.id, '*')).toEqual(second)
      expect(await templates.named('welcome', 'default')).toEqual(first)
    })

    it('of two that want an alias at once, one has it', async () => {
      const both = [aTemplate({ alias: 'welcome' }), aTemplate({ alias: 'welcome' })]
      const answers = await Promise.all(both.map((one) => templates.create(one)))
      expect(answers.toSorted()).toEqual(['taken', 'written'])
      const winner = both[answers.indexOf('written')]!
      expect(await templates.named('welcome', 'default')).toEqual(winner)
      expect((await templates.list({ scope: '*', limit: 9 })).data).toEqual([winner])
    })

    it('give an alias back when they take another, lose it or are removed', async () => {
      const first = await made({ alias: 'welcome' })
      const renamed = next(first, { alias: 'hello' })
      expect(await templates.replace(renamed)).toBe('written')
      expect(await templates.named('welcome', 'default')).toBeUndefined()
      expect(await templates.named('hello', 'default')).toEqual(renamed)
      const second = await made({ alias: 'welcome' })
      const { alias: _, ...bare } = next(second)
      expect(await templates.replace(bare)).toBe('written')
      expect(await templates.named('welcome', 'default')).toBeUndefined()
      const third = await made({ alias: 'welcome' })
      expect(await templates.remove(third)).toBe(true)
      const fourth = await made({ alias: 'welcome' })
      expect(await templates.named('welcome', 'default')).toEqual(fourth)
      const back = next(renamed, { alias: 'hi' })
      await templates.replace(back)
      expect(await templates.replace(next(back, { alias: 'hello' }))).toBe('written')
    })

    it('are removed from their last revision alone, and do not come back', async () => {
      const template = await made({ alias: 'welcome' })
      const changed = next(template)
      await templates.replace(changed)
      expect(await templates.remove(template)).toBe(false)
      expect(await templates.get(template.id, '*')).toEqual(changed)
      expect(await templates.remove(changed)).toBe(true)
      expect(await templates.remove(changed)).toBe(false)
      expect(await templates.replace(next(changed))).toBe('stale')
      expect(await templates.get(template.id, '*')).toBeUndefined()
      expect((await templates.list({ scope: '*', limit: 9 })).data).toEqual([])
    })
  })
}
