import { createHash } from 'node:crypto'
import type { Blobs } from '../ports/blobs.ts'
import type { KeptTexts, StoredTemplate } from '../ports/templates.ts'
import type { Contents } from './contents.ts'

/** The texts of templates that are kept by the API: blobs under keys of their own, never changed. */

interface Stores {
  readonly blobs: Pick<Blobs, 'put' | 'get' | 'remove'>
}

/** Keeps what a template says, before the template names it. */
export async function keepTexts(
  { blobs }: Stores,
  id: string,
  contents: Contents,
): Promise<KeptTexts> {
  const bytes = Buffer.from(JSON.stringify(contents))
  const key = `templates/${id}/${crypto.randomUUID()}`
  await blobs.put(key, bytes)
  const { defaultLocale, locales } = contents
  const hash = createHash('sha256').update(bytes).digest('hex')
  return { key, hash, defaultLocale, locales: Object.keys(locales) }
}

/** Undefined when they were removed meanwhile. */
export async function readTexts(
  { blobs }: Stores,
  { key }: KeptTexts,
): Promise<Contents | undefined> {
  const bytes = await blobs.get(key)
  return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as Contents)
}

type Naming = Pick<StoredTemplate, 'draft' | 'versions'>

/** Removes what one state of a template names and the other, which is in force, does not. */
export async function dropTexts(
  { blobs }: Stores,
  of: Naming,
  inForce: Naming = { versions: [] },
): Promise<void> {
  const kept = keysOf(inForce)
  const keys = [...keysOf(of)].filter((key) => !kept.has(key))
  await Promise.all(keys.map((key) => blobs.remove(key)))
}

function keysOf({ draft, versions }: Naming): Set<string> {
  return new Set([...versions.map(({ texts }) => texts.key), ...(draft ? [draft.key] : [])])
}
