import { expect, it } from 'vitest'
import { onAws } from './emulated.ts'

onAws('a file that is lent', (aws) => {
  it('is fetched by its link alone, with the type and the name that it is to have', async () => {
    const backend = await aws.backend()
    const bytes = Buffer.alloc(6_000_000, 'Postern')
    const link = await backend.lend({
      bytes,
      type: 'message/rfc822',
      disposition: 'attachment; filename="a.eml"',
    })
    const answer = await fetch(link)
    expect(answer.status).toBe(200)
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true)
    expect(new URL(link).searchParams.get('response-content-type')).toBe('message/rfc822')
    expect(new URL(link).searchParams.get('response-content-disposition')).toContain('a.eml')
    expect(Number(new URL(link).searchParams.get('X-Amz-Expires'))).toBeLessThanOrEqual(300)
    backend.close()
  })
})
