import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { described, templateProject } from './template-project.ts'

/** A folder with `mjml`. */
const mjmlPackages = process.env['POSTERN_MJML'] ?? ''
const reason = existsSync(join(mjmlPackages, 'mjml')) ? '' : ': no mjml in POSTERN_MJML'

describe.runIf(reason === '')(`postern templates build with mjml${reason}`, () => {
  const page = (body: string) =>
    `---\nsubject: Hi {{name}}\n---\n<mjml><mj-head><mj-include path="../shared/head.mjml"/></mj-head><mj-body>\n${body}\n</mj-body></mjml>`
  const section = (text: string) => `<mj-section><mj-column>${text}</mj-column></mj-section>`
  const files = (body: string) => ({
    'welcome/template.json': described,
    'welcome/en.mjml': page(body),
    'shared/head.mjml': '<mj-title>{{@subject}}</mj-title><mj-style>.x { color: red; }</mj-style>',
  })

  it('makes html, with every tag and with the styles inlined in emails', async () => {
    const text = '{{#if (equals name "Ann")}}<b class="x">{{name}}</b>{{/if}}'
    const { run, read } = templateProject(
      mjmlPackages,
      files(
        `<mj-raw>{{#if url}}</mj-raw>${section(`<mj-text>${text}</mj-text><mj-button href="{{url}}">Go</mj-button>`)}<mj-raw>{{/if}}</mj-raw>`,
      ),
    )
    expect(await run('build')).toMatchObject({ code: 0 })
    expect(read('welcome/en.html')).toMatch(
      /^---\nsubject: Hi \{\{name\}\}\n---\n\s*<!doctype html>/i,
    )
    expect(read('welcome/en.html')).toContain(text)
    const shown = await run('preview', 'welcome')
    expect(shown.out).toContain('<b style="color:red;" class="x">Ann</b>')
    expect(shown.out).toContain('<title>Hi Ann</title>')
  })

  it('refuses what would lose a tag, with the line', async () => {
    const { run, folder } = templateProject(
      mjmlPackages,
      files(`\n{{#if url}}\n${section('<mj-text>x</mj-text>')}\n{{/if}}`),
    )
    const { code, out } = await run('build')
    expect([code, out]).toEqual([
      1,
      expect.stringContaining(
        'welcome/en.mjml, line 6: {{#if url}} got lost; tags between sections',
      ),
    ])
    expect(existsSync(join(folder, 'welcome/en.html'))).toBe(false)
  })

  it('warns of what MJML does not know', async () => {
    const { run } = templateProject(mjmlPackages, files(section('<mj-foo/><mj-text>x</mj-text>')))
    expect(await run('build')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/welcome\/en\.mjml, line 5: .*mj-foo/) as unknown,
    })
  })
})
