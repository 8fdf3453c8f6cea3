import type { Stray, Strays } from '../../mail/ports/strays.ts'
import type { Bucket } from './bucket.ts'
import { bucketShape } from './env.ts'

/** Returned email that is kept for a person, an object each; a rule of the bucket ends them. */
export function s3Strays(bucket: Bucket): Strays {
  return {
    async keep(stray, bytes) {
      const mime = Buffer.from(bytes).toString('base64')
      await bucket.putNew(keyOf(stray.id), Buffer.from(JSON.stringify({ stray, mime })))
    },
    async list({ limit, after }) {
      // S3 lists a thousand: in all, as many as a person could look through.
      const keys = await bucket.list(prefix, after && keyOf(after))
      const found = await Promise.all(keys.slice(0, limit).map(read))
      const data = found.flatMap((one) => (one ? [one.stray] : []))
      return { data, hasMore: keys.length > limit }
    },
    get: async (id) => {
      const found = await read(keyOf(id))
      return found && { stray: found.stray, bytes: Buffer.from(found.mime, 'base64') }
    },
    async remove(id) {
      const isThere = (await read(keyOf(id))) !== undefined
      await bucket.remove(keyOf(id))
      return isThere
    },
  }

  async function read(key: string) {
    const bytes = await bucket.get(key)
    return bytes && (JSON.parse(Buffer.from(bytes).toString()) as { stray: Stray; mime: string })
  }
}

const { prefix } = bucketShape.strays

/** S3 lists by name, upwards: the newest has to come first. */
function keyOf(id: string): string {
  const inverted = id.replace(/[0-9a-f]/g, (digit) => (15 - parseInt(digit, 16)).toString(16))
  return `${prefix}${inverted}.json`
}
