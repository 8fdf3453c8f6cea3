import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCommand } from './run-command.ts'
import { described, templateProject } from './template-project.ts'

const ours = join(import.meta.dirname, '../../node_modules')

const component = `
import { words } from './words.ts'

export const subject = 'Hello {{name}}'

export default function Welcome({ name, url, user }: { name: string; url: string; user: { city: string } }) {
  return (
    <html lang="{{@locale}}">
      <body>
        <p title={name}>{words} {name} of {user.city}</p>
        {'{{#if (equals name "Ann")}}'}<a href={url}>{'{{{insert name "you & me"}}}'}</a>{'{{/if}}'}
      </body>
    </html>
  )
}
`

describe('postern templates build', () => {
  it('makes html of a component of React Email, whose props are tags', async () => {
    const { run, read, folder } = templateProject(ours, {
      'welcome/template.json': described,
      'welcome/en.tsx': component,
      'welcome/words.ts': "export const words: string = 'Hello <b>'",
    })
    expect(await run('build')).toEqual({
      code: 0,
      out: 'welcome/en.tsx → welcome/en.html: written\n',
      err: '',
    })
    const html = read('welcome/en.html')
    expect(html).toMatch(/^---\nsubject: Hello \{\{name\}\}\n---\n<!DOCTYPE html/)
    expect(html).toContain('<p title="{{name}}">Hello &lt;b&gt; {{name}} of {{user.city}}</p>')
    expect(html).toContain(
      '{{#if (equals name "Ann")}}<a href="{{url}}">{{{insert name "you & me"}}}</a>{{/if}}',
    )
    expect(readdirSync(folder)).toEqual(['welcome'])
    expect((await run('preview', 'welcome')).out).toContain('<a href="https://a.test">Ann</a>')
    expect((await run('build', 'welcome')).out).toContain('unchanged')
  })

  it('says what is wrong with a component, and leaves the html that was there', async () => {
    const { run, read } = templateProject(ours, {
      'a/template.json': '{}',
      'a/en.html': 'old',
      'a/en.jsx': 'export default function A() { return <p>{"{{#if}}"}</p> }',
      'b/template.json': '{}',
      'c/template.json': '{}',
      'd/template.json': '{}',
      'b/en.jsx': 'export const nothing = 1',
      'c/en.tsx': 'export default function C() { return <p> }',
      'd/en.jsx': 'export default function D() { throw new Error("not today") }',
    })
    const { code, out } = await run('build')
    expect(code).toBe(1)
    expect(out).toMatch(/a\/en\.jsx .*refused\n {2}a\/en\.html, line 1: cannot be read/)
    expect(out).toContain('b/en.jsx: it exports no component by default')
    expect(out).toMatch(/c\/en\.tsx: .*ERROR/)
    expect(out).toContain('d/en.jsx: not today')
    expect(read('a/en.html')).toBe('old')
  })

  it('names what is to be installed', async () => {
    const files = { 'a/template.json': '{}', 'a/en.mjml': '<mjml></mjml>' }
    expect(await templateProject(undefined, files).run('build')).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /^postern: mjml is not installed next to .*: npm install --save-dev mjml\n$/,
      ) as unknown,
    })
    expect(await templateProject(undefined, { '_layouts/a.tsx': '' }).run('build')).toMatchObject({
      code: 1,
      err: expect.stringContaining(
        'npm install --save-dev @react-email/render react react-dom esbuild',
      ) as unknown,
    })
  })

  it('has nothing to do without sources, and says what is missing of those that are named', async () => {
    const { run } = templateProject(undefined, {
      'a/en.html': 'x',
      '_partials/p.mjml': '',
      'b/en.tsx': '',
    })
    expect(await run('build')).toMatchObject({
      code: 0,
      out: expect.stringContaining('nothing to build') as unknown,
    })
    expect(await run('build', 'a')).toMatchObject({ code: 1 })
    expect(await runCommand(['templates', 'build', '--folder', '/nowhere'])).toMatchObject({
      code: 1,
    })
  })
})
