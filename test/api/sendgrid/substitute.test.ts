import { describe, expect, it } from 'vitest'
import { openApi } from '../open-api.ts'
import { all, contentOf, mail, refused, sent } from './a-mail.ts'

describe('substitutions', () => {
  const template = {
    ...mail,
    subject: 'Hi {{name}}',
    content: [
      { type: 'text/plain', value: '{{name}} owes {{name}}s -sum- $& {{missing}}' },
      { type: 'text/html', value: '<b>{{name}}</b>' },
    ],
    headers: { 'X-Name': 'for {{name}}' },
  }
  const withThose = (substitutions: object) => ({
    ...template,
    personalizations: [{ ...mail.personalizations[0], substitutions }],
  })

  it('are made literally, once, in subject, text, html and header values', async () => {
    const api = openApi()
    const values = { '{{name}}': '$1 -sum-', '-sum-': '5 € {{name}}', '{{name}}s': 'longer' }
    const email = await sent(api, withThose(values))
    expect(email.subject).toBe('Hi $1 -sum-')
    expect(await contentOf(api, email)).toMatchObject({
      text: '$1 -sum- owes longer 5 € {{name}} $& {{missing}}',
      html: '<b>$1 -sum-</b>',
      headers: { 'X-Name': 'for $1 -sum-' },
    })
  })

  it.each([
    ['a second header', { '{{name}}': 'x\r\nBcc: evil@example.com' }, 'line break'],
    ['an empty subject', { 'Hi {{name}}': '' }, 'must not be empty'],
    ['a text without end', { ' ': 'x'.repeat(5_000), o: ' '.repeat(40) }, 'line|blanks|characters'],
  ])('cannot make %s', async (_what, values, words) => {
    const api = openApi()
    const { status, errors } = await refused(api, withThose(values))
    expect(status).toBe(400)
    expect(errors[0]).toMatchObject({
      field: 'personalizations.0.substitutions',
      message: expect.stringMatching(words) as string,
    })
    expect(await all(api)).toEqual([])
  })

  it('cannot fill the memory', async () => {
    const value = 'a'.repeat(1_000_000)
    const body = {
      ...mail,
      content: [{ type: 'text/plain', value }],
      personalizations: [{ ...mail.personalizations[0], substitutions: { a: 'x'.repeat(9_000) } }],
    }
    const { status, errors } = await refused(openApi(), body)
    expect([status, errors[0]!.field]).toEqual([400, 'personalizations.0.substitutions'])
  })
})
