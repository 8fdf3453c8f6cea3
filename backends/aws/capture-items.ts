import { createHash } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { createdAtOf } from '../../mail/email/id.ts'
import { defaultProject } from '../../mail/email/project.ts'
import type { Capture } from '../../mail/ports/captures.ts'
import { tagKey } from '../../mail/email/tag-words.ts'
import { wordsOf } from '../../mail/email/words.ts'
import { bucketShape } from './env.ts'
import { endOf } from './email-items.ts'
import type { Item, Key } from './table/item.ts'
import { listPartition, listPlace } from './table/project-place.ts'
import { stateKey } from './table/state-index.ts'
import { recipientHash, recipientHashes, type RecipientHash } from './table/recipient-hash.ts'

/** Where a capture is stored, and next to it the words of its text, which only a search reads. */
export function captureKey(id: string): Key {
  return { p: `c#${id}`, s: 'c' }
}

export function wordsKey(id: string): Key {
  return { p: `c#${id}`, s: 'words' }
}

/** The keys of one recipient's captures: earlier ones may be under a second key. */
export function recipientPartitions(address: string): string[] {
  return recipientHashes(address).map(partitionOf)
}

function partitionOf({ whole }: RecipientHash): string {
  return `cr#${whole}`
}

/** The key of the captures of a project that have a tag. */
export function tagPartition(project: string, tag: string): string {
  const digest = createHash('sha256')
    .update(`${project}/${tagKey(tag)}`)
    .digest('base64url')
  return `ct#${digest.slice(0, 24)}`
}

/** The key of unread captures in the index of states. */
export const unread = 'unread'

export function itemOfCapture(capture: Capture, keepDays: number): Key & Item {
  const { id, to, seen, project, tags } = capture
  const { emailId, at, from, subject, size, outline } = capture
  const own = project === defaultProject ? {} : { project }
  const { shard, tag } = recipientHash(to[0]!)
  return {
    ...captureKey(id),
    l: listPartition(`c${shard}`, project),
    i: listPlace(id, tag, { project }),
    w: seen ? undefined : stateKey(unread, id),
    a: JSON.stringify({ emailId, at, from, subject, size, ...own, outline }),
    v: JSON.stringify(to),
    g: tagsAttribute(tags),
    x: endOf(capture.at, keepDays),
  }
}

/** Tags as an attribute; most captures have none. */
export function tagsAttribute(tags: readonly string[]): string | undefined {
  return tags.length > 0 ? JSON.stringify(tags) : undefined
}

/** Of `default` it is not said. */
type Kept = Omit<Capture, 'id' | 'to' | 'seen' | 'tags' | 'project'> &
  Partial<Pick<Capture, 'project'>>

export function captureOf(item: Item): Capture {
  const { project = defaultProject, ...rest } = JSON.parse(item['a'] as string) as Kept
  return {
    ...rest,
    project,
    id: (item['p'] as string).slice(2),
    to: JSON.parse(item['v'] as string) as string[],
    seen: item['w'] === undefined,
    tags: JSON.parse((item['g'] as string | undefined) ?? '[]') as string[],
  }
}

/** By which it is found: by each recipient, and by each tag. */
export function lookUpsOf(capture: Capture, keepDays: number): (Key & Item)[] {
  const { id, at, to, tags, project } = capture
  const partitions = new Set([
    ...to.map((address) => partitionOf(recipientHash(address))),
    ...tags.map((tag) => tagPartition(project, tag)),
  ])
  return [...partitions].map((p) => ({ p, s: id, x: endOf(at, keepDays) }))
}

/** Most of a text that is searched, in characters of its words: an item is paid for by its size. */
const longestWords = 8_000

export function itemOfWords({ id, at }: Capture, text: string, keepDays: number): Key & Item {
  const words = wordsOf(text).join(' ').slice(0, longestWords)
  return { ...wordsKey(id), b: deflateRawSync(words), x: endOf(at, keepDays) }
}

export function textWordsOf(item: Item | undefined): string {
  return item ? inflateRawSync(item['b'] as Uint8Array).toString() : ''
}

/** `captured/yyyy/mm/dd/<id>.eml`, by the day on which the email was accepted (UUIDv7). */
export function emlKey(id: string): string {
  const day = new Date(createdAtOf(id)).toISOString().slice(0, 10)
  return `${bucketShape.captures.prefix}${day.replaceAll('-', '/')}/${id}.eml`
}

/** The capture whose bytes have this key. */
export function captureIdIn(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1).replace(/\.eml$/, '')
}
