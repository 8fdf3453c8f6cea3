import { expect, it } from 'vitest'
import { readContent } from '../../mail/content.ts'
import recorded from '../data/recorded-requests.json' with { type: 'json' }
import { openApi } from './open-api.ts'

/** Requests as real clients send them, written down here; what they ask for is what is kept. */
it.each(recorded)('$client is taken as it is meant', async (request) => {
  const { path, headers, body, email, content } = request
  const api = openApi()
  const answer = await api.post(path, body, headers as unknown as Record<string, string>)
  expect(answer.ok).toBe(true)
  const text = await answer.text()
  const id = answer.headers.get('x-message-id') ?? (JSON.parse(text) as { id: string }).id
  expect(await api.postern.emails.get(id, '*')).toMatchObject(email)
  expect(await readContent(api.postern, id)).toMatchObject(content)
})
