import { describe, expect, it } from 'vitest'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readTemplates } from '../../../backends/web/template-files.ts'
import { checkTemplate } from '../../../mail/template/check.ts'

const root = join(import.meta.dirname, '../../../templates')
const languages = ['ar', 'de', 'en', 'es', 'fr', 'it', 'ja', 'nl', 'pt-BR', 'zh-Hans']
const { templates, faults } = await readTemplates(root)

describe('the starter set', () => {
  it('is whole, and has six templates in ten languages', () => {
    expect(faults).toEqual([])
    expect([...templates.keys()]).toEqual([
      ...['account-notice', 'invitation', 'one-time-code', 'password-reset', 'test'],
      'verification',
    ])
    for (const { source } of templates.values())
      expect(Object.keys(source.locales).sort()).toEqual(languages)
  })

  it('has every message in every language, with the same variables', () => {
    const messages = (locale: string) =>
      JSON.parse(readFileSync(join(root, '_messages', `${locale}.json`), 'utf8')) as Record<
        string,
        string | Record<string, string>
      >
    const named = (text: unknown) =>
      [...JSON.stringify(text).matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name)
    expect(readdirSync(join(root, '_messages')).length).toBe(languages.length)
    for (const locale of languages) {
      const own = messages(locale)
      expect(Object.keys(own)).toEqual(Object.keys(messages('en')))
      for (const [key, text] of Object.entries(messages('en')))
        expect([locale, key, [...new Set(named(own[key]))].sort()]).toEqual([
          locale,
          key,
          [...new Set(named(text))].sort(),
        ])
    }
  })

  it.each([...templates.keys()])(
    '%s passes the content checks, and is small, in every language',
    async (alias) => {
      const template = templates.get(alias)!
      expect(await checkTemplate(template)).toEqual([])
      for (const locale of languages) {
        const made = template.render({ variables: template.source.samples!, locale })
        if (!('rendered' in made)) throw new Error('is not rendered')
        expect(Buffer.byteLength(made.rendered.html!)).toBeLessThan(20_000)
        const direction = locale === 'ar' ? 'rtl' : 'ltr'
        expect(made.rendered.html).toContain(`<html lang="${locale}" dir="${direction}">`)
      }
    },
  )

  it('has the code in the subject, and in a line that phones find', () => {
    const variables = { product: 'Acme', code: '482913' }
    expect(templates.get('one-time-code')!.render({ variables, locale: 'en' })).toMatchObject({
      rendered: {
        subject: '482913 is your code',
        html: expect.stringContaining('>Your one-time code is: 482913<') as unknown,
      },
    })
  })

  it('lets no name become html, in any of them', () => {
    const evil = '<img src=x onerror=alert(1)>'
    for (const template of templates.values()) {
      const variables = Object.fromEntries(
        Object.entries(template.source.samples!).map(([key, value]) => [
          key,
          typeof value === 'string' && key !== 'url' ? evil : value,
        ]),
      )
      const made = template.render({ variables, locale: 'en' })
      expect(JSON.stringify('rendered' in made && made.rendered.html)).not.toContain('<img')
    }
  })
})

describe('a check', () => {
  const found = async (html: string) => {
    const { readFolder } = await import('../../../mail/template/folder.ts')
    const files = new Map([
      ['a/template.json', '{"subjects":{"en":"A"}}'],
      ['a/en.html', html],
    ])
    const folder = await readFolder(files, async () => undefined)
    return (await checkTemplate(folder.templates.get('a')!)).map(({ problem }) => problem)
  }
  const page = (body: string) => `<html lang="en" dir="ltr"><title>A</title>${body}</html>`

  it.each([
    ['<p>x</p>', ['html.lang', 'html.dir', 'html.title']],
    ['<html><title> </title>', ['html.lang', 'html.dir', 'html.title']],
    [page('<img src="https://a.test/a.png">'), ['html.alt']],
    [page('<img src="cid:a" alt="">'), []],
    [page('<a href="/login">Log in</a>'), ['html.link-relative']],
    [page('<a href="#top">Up</a><a href="mailto:a@a.test">Write</a>'), []],
    [page('<table><tr><td>x</td></tr></table>'), ['html.table-role']],
    [page('<script></script>'), ['html.no-effect']],
    [page('<p style="color:#ccc;background:#fff">x</p>'), ['html.contrast']],
    [page('x'.repeat(102_000)), ['size.clipped']],
    [page('{{name}}'), ['a/en.html, line 1: the variable "name" is missing']],
  ])('%j', async (html, problems) => {
    const said = await found(html)
    expect(said.map((one) => /\(([\w.-]+)\)$/.exec(one)?.[1] ?? one).toSorted()).toEqual(
      problems.toSorted(),
    )
  })
})
