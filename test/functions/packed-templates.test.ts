import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packedTemplates } from '../../functions/api/packed-templates.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'

function packed(files: Record<string, string>) {
  const folder = join(temporaryDirectory(), 'templates')
  mkdirSync(join(folder, 'code'), { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'code', name), text)
  return packedTemplates(folder)
}

describe('the templates of the api function', () => {
  it('are read when one is named, once', async () => {
    const templates = packed({ 'template.json': '{"subjects":{"en":"{{code}}"}}', 'en.html': 'x' })
    const found = await templates.current()
    expect(found.get('code')?.render({ variables: { code: 7 } })).toMatchObject({
      rendered: { subject: '7', html: 'x' },
    })
    expect(await templates.current()).toBe(found)
    expect(templates.faults()).toBeUndefined()
  })

  it('are none where none were deployed', async () => {
    const templates = packedTemplates(join(temporaryDirectory(), 'gone'))
    expect((await templates.current()).size).toBe(0)
    expect(templates.faults()).toBeUndefined()
  })

  it('say what is wrong with them', async () => {
    const templates = packed({ 'template.json': '{"subjects":{"en":"x"}}', 'en.html': '{{#if}}' })
    await templates.current()
    expect(templates.faults()).toEqual([expect.stringContaining('code/en.html, line 1')])
  })
})
