import type { Content } from './email/email.ts'
import type { Blobs } from './ports/blobs.ts'

/** The contents of emails that do not travel in their jobs: JSON under a key of each email's own. */

/** Where the content of an email is when it does not travel in the job. */
export function contentKey(id: string): string {
  return `content/${id}`
}

/** The bytes that are kept of a content. */
export function encodeContent(content: Content): Uint8Array {
  return Buffer.from(JSON.stringify(content))
}

/** Keeps the content of an email, or replaces it. */
export function keepContent({ blobs }: Stores, id: string, content: Content): Promise<void> {
  return blobs.put(contentKey(id), encodeContent(content))
}

/** The content of an email; undefined when it is not kept, or no longer. */
export async function readContent({ blobs }: Stores, id: string): Promise<Content | undefined> {
  const bytes = await blobs.get(contentKey(id))
  // Not as a Buffer, which would be a copy, of 40 MB perhaps.
  return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as Content)
}

/** Removes the content of an email. Removing what is not there is no error. */
export function dropContent({ blobs }: Stores, id: string): Promise<void> {
  return blobs.remove(contentKey(id))
}

interface Stores {
  readonly blobs: Pick<Blobs, 'put' | 'get' | 'remove'>
}
