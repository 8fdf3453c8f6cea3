import { describe, expect, it } from 'vitest'
import { readFolder } from '../../../mail/template/folder.ts'
import { spellFault } from '../../../mail/template/template-fault.ts'

const whole = {
  'welcome/template.json': JSON.stringify({
    name: 'Welcome',
    default_locale: 'en',
    layout: 'plain',
    subjects: { de: 'Hallo {{name}}' },
    variables: [{ key: 'name' }],
    samples: { name: 'Ann' },
  }),
  'welcome/en.html': '---\nsubject: Hi {{name}}\n---\n<p>{{t "hello" name=name}}</p>\n{{> foot}}',
  'welcome/en.txt': '{{t "hello" name=name}}',
  'welcome/de.html': '<p>{{t "hello" name=name}}</p>',
  '_layouts/plain.html': '<html lang="{{@locale}}">{{{@content}}}</html>',
  '_partials/foot.html': '<p>Acme</p>',
  '_messages/en.json': '{"hello":"Hello, {{name}}"}',
  '_messages/de.json': '{"hello":"Guten Tag, {{name}}"}',
  'notes/readme.txt': 'no template',
}

async function read(change: Record<string, string | undefined> = {}) {
  const files = Object.entries({ ...whole, ...change }).filter(([, text]) => text !== undefined)
  const folder = await readFolder(new Map(files), async () => undefined)
  return { ...folder, told: folder.faults.map(spellFault) }
}

describe('a folder of templates', () => {
  it('is read with layouts, partials, messages and subjects, in each locale', async () => {
    const { templates, told } = await read()
    expect([[...templates.keys()], told]).toEqual([['welcome'], []])
    const render = (locale: string) =>
      templates.get('welcome')!.render({ variables: { name: 'Ann' }, locale })
    expect(render('en-GB')).toEqual({
      rendered: {
        locale: 'en',
        subject: 'Hi Ann',
        html: '<html lang="en"><p>Hello, Ann</p>\n<p>Acme</p></html>',
        text: 'Hello, Ann',
      },
    })
    expect(render('de-AT')).toEqual({
      rendered: {
        locale: 'de',
        subject: 'Hallo Ann',
        html: '<html lang="de"><p>Guten Tag, Ann</p></html>',
      },
    })
    expect(render('ja')).toHaveProperty('rendered.locale', 'en')
  })

  it('has a version that the texts decide, the shared ones too', async () => {
    const version = async (change?: Record<string, string>) =>
      (await read(change)).templates.get('welcome')!.source.version
    const first = await version()
    expect(first).toMatch(/^[0-9a-f]{12}$/)
    expect(await version()).toBe(first)
    expect(await version({ 'notes/readme.txt': 'other' })).toBe(first)
    for (const path of ['welcome/en.txt', '_partials/foot.html', '_messages/de.json'])
      expect(await version({ [path]: '{"hello":"x"}' })).not.toBe(first)
  })

  it.each([
    ['welcome/template.json', '{\n"name": ', 'welcome/template.json, line 2: is no JSON'],
    [
      'welcome/template.json',
      '{\n"colour": 1}',
      'welcome/template.json, line 1: not known: colour',
    ],
    [
      'welcome/template.json',
      '{"subjects":{},\n"variables":[{"key":"contact"}]}',
      'line 2: variables.0.key: is a reserved name',
    ],
    [
      'welcome/template.json',
      '{"subjects":{"de":"x"},"layout":"gone"}',
      'there is no layout "gone"',
    ],
    [
      'welcome/template.json',
      '{"subjects":{"de":"x"},"default_locale":"fr"}',
      'there is no html or txt in the default locale',
    ],
    [
      'welcome/en.html',
      '---\nsubject: {{#if x}}\n---\n',
      'welcome/en.html, line 2: cannot be read',
    ],
    [
      'welcome/en.html',
      '---\nsubject: x\n---\n\n{{oops 1}}',
      'welcome/en.html, line 5: there is no helper "oops"',
    ],
    ['welcome/english-language-x-.html', '', 'is no language tag'],
    ['welcome/fr.html', '<p>', 'there is no subject in fr'],
    ['_partials/foot.html', '\n{{/if}}', '_partials/foot.html, line 2: cannot be read'],
    [
      '_layouts/plain.html',
      '{{> gone}}',
      '_layouts/plain.html, line 1: there is no partial "gone"',
    ],
    ['_messages/en.json', '{"hello":1}', '_messages/en.json, line 1: must be an object of texts'],
  ])('names file and line of what is wrong in %s: %j', async (path, text, fault) => {
    const { templates, told } = await read({ [path]: text })
    expect(told[0]).toContain(fault)
    expect(templates.has('welcome')).toBe(false)
  })

  it('names what many languages and templates share once', async () => {
    const all = { 'all/template.json': '{"layout":"plain"}', 'all/template.html': '{{foo a}}' }
    const { told } = await read({ ...all, '_layouts/plain.html': '{{> gone}}' })
    const subject = '---\nsubject: x\n---\n'
    expect(told.filter((one) => one.includes('gone'))).toHaveLength(1)
    expect((await read({ ...all, 'all/template.html': `${subject}{{foo a}}` })).told).toEqual([
      'all/template.html, line 4: there is no helper "foo"',
    ])
  })

  it('has one file for all languages that there are messages in', async () => {
    const { templates, told } = await read({
      'all/template.json': '{"layout":"plain"}',
      'all/template.html':
        '---\nsubject: {{t "hello" name=name}}\n---\n{{> box text=(t "hello" name=name)}}',
      'all/de.html': '---\nsubject: Eigener\n---\n{{@subject}}',
      '_partials/box.html': '<b>{{text}}</b>',
    })
    expect(told).toEqual([])
    const render = (locale: string) =>
      templates.get('all')!.render({ variables: { name: '<A>' }, locale })
    expect(render('en')).toMatchObject({
      rendered: {
        subject: 'Hello, <A>',
        html: '<html lang="en"><b>Hello, &lt;A&gt;</b></html>',
      },
    })
    expect(render('de')).toMatchObject({
      rendered: { subject: 'Eigener', html: '<html lang="de">Eigener</html>' },
    })
  })

  it('has the styles of its layout in its html, unless it says that they stay where they are', async () => {
    const layout = '<style>p{color:red}</style>{{{@content}}}'
    const htmlOf = async (description: object) => {
      const { templates } = await read({
        '_layouts/plain.html': layout,
        'welcome/template.json': JSON.stringify({ layout: 'plain', ...description }),
      })
      const made = templates.get('welcome')!.render({ variables: { name: 'Ann' } })
      return 'rendered' in made ? made.rendered.html : made.faults
    }
    const subjects = { de: 'x' }
    expect(await htmlOf({ subjects })).toBe(
      '<style>p{color:red}</style><p style="color:red;">Hello, Ann</p>\n<p style="color:red;">Acme</p>',
    )
    expect(await htmlOf({ subjects, inline_css: false })).toContain('<p>Hello, Ann</p>')
  })

  it('keeps the others where one is wrong', async () => {
    const { templates } = await read({ 'bad/template.json': '[]', 'bad/en.html': 'x' })
    expect([...templates.keys()]).toEqual(['welcome'])
  })
})
