import { envelopeOf, numberIn, soakEmail } from './email.ts'
import type { SinkEntry } from './entries.ts'

/** What Postern says of its emails: compared with what was seen, never believed. */
export interface PosternRecord {
  readonly id: string
  readonly subject: string
  readonly state: string
  readonly recipients: readonly { readonly address: string; readonly state: string }[]
  /** Attempts of which it says that their result cannot be known. */
  readonly ambiguous: number
}

/** Waits until no email waits any more, nor any job; says whether that came in time. */
export async function untilQuiet(url: string, noJobs: boolean, deadline: number): Promise<boolean> {
  for (;;) {
    const waiting = await Promise.all(['scheduled', 'queued', 'sending'].map((s) => isAny(url, s)))
    if (!waiting.includes(true) && !(noJobs && (await hasJobs(url)))) return true
    if (Date.now() > deadline) return false
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

async function isAny(url: string, state: string): Promise<boolean> {
  const { data } = await get<{ data: unknown[] }>(`${url}/v1/emails?limit=1&status=${state}`)
  return data.length > 0
}

async function hasJobs(url: string): Promise<boolean> {
  const queue = await get<Record<'depth' | 'sending' | 'scheduled', number>>(`${url}/v1/queue`)
  return queue.depth + queue.sending + queue.scheduled > 0
}

/** Whether the sink lacks a copy for any recipient of the email with this subject. */
export function isMissingIn(seed: number, sunk: readonly SinkEntry[]) {
  const there = new Set(sunk.flatMap((entry) => (entry.what === 'stored' ? entry.to : [])))
  return (subject: string): boolean => {
    const n = numberIn(seed, subject)
    return n !== undefined && envelopeOf(soakEmail(seed, n)).some((to) => !there.has(to))
  }
}

/** Tries again what is held, as a person would who knows that the sink does not have it. */
export async function retryHeld(url: string, isMissing: (subject: string) => boolean) {
  for await (const { id, subject } of summaries(url, '&status=held'))
    if (isMissing(subject)) await fetch(`${url}/v1/emails/${id}/retry`, { method: 'POST' })
}

export async function readRecords(url: string): Promise<PosternRecord[]> {
  const records: PosternRecord[] = []
  let batch: Promise<PosternRecord>[] = []
  for await (const { id } of summaries(url)) {
    batch.push(readRecord(url, id))
    if (batch.length === 20) {
      records.push(...(await Promise.all(batch)))
      batch = []
    }
  }
  return [...records, ...(await Promise.all(batch))]
}

interface Summary {
  readonly id: string
  readonly subject: string
}

async function* summaries(url: string, filter = ''): AsyncGenerator<Summary> {
  for (let after = ''; ;) {
    const page = await get<{ data: Summary[]; has_more: boolean }>(
      `${url}/v1/emails?limit=100${filter}${after}`,
    )
    yield* page.data
    if (!page.has_more) return
    after = `&after=${page.data.at(-1)!.id}`
  }
}

interface Detail extends Omit<PosternRecord, 'ambiguous'> {
  readonly timeline: readonly { readonly outcome?: string }[]
}

async function readRecord(url: string, id: string): Promise<PosternRecord> {
  const detail = await get<Detail>(`${url}/v1/emails/${id}`)
  const { subject, state, recipients, timeline } = detail
  const ambiguous = timeline.filter(({ outcome }) => outcome === 'ambiguous').length
  return { id, subject, state, recipients, ambiguous }
}

async function get<T>(url: string): Promise<T> {
  const answer = await fetch(url)
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`)
  return (await answer.json()) as T
}
