import { ask } from '../api.ts'
import type { Check } from '../check.ts'

interface Place {
  readonly url: string
  readonly headers: Record<string, string>
}

export const wrongLength: Check = {
  name: 'an upload URL takes exactly as many bytes as were announced',
  expected: 'S3 refuses one byte more, and one less, with 403; takes what was announced with 200',
  needs: ['aws', 'api'],
  async run({ staging, record }) {
    const { body } = await ask(staging, 'POST', '/v1/uploads', { filename: 'a.bin', size: 100 })
    const { url, headers } = body as unknown as Place
    const put = async (size: number) => {
      const answer = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(size) })
      return { status: answer.status, body: await answer.text() }
    }
    const [more, less, exact] = [await put(101), await put(99), await put(100)]
    record('s3-upload-of-another-length', more)
    const statuses = [more, less, exact].map(({ status }) => status)
    return { isOk: statuses.join() === '403,403,200', seen: statuses.join(', ') }
  },
}
