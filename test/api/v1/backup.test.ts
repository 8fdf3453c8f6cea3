import { expect, it } from 'vitest'
import { openApi } from '../open-api.ts'

it('a backup over HTTP is one at a time, and asking for its size alone holds nothing', async () => {
  const { fetch } = openApi()
  expect((await fetch('/v1/backup', { method: 'HEAD' })).status).toBe(200)
  const first = await fetch('/v1/backup')
  const second = await fetch('/v1/backup')
  expect([first.status, second.status]).toEqual([200, 409])
  const bytes = await first.arrayBuffer()
  expect(String(bytes.byteLength)).toBe(first.headers.get('content-length'))
  await (await fetch('/v1/backup')).arrayBuffer()
})

it('a backup is refused where the host has none, with words that say why', async () => {
  const { fetch } = openApi({ backUp: undefined })
  const answer = await fetch('/v1/backup')
  expect(answer.status).toBe(409)
  expect(await answer.text()).toContain('runs in AWS')
})
