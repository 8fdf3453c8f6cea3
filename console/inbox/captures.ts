import { useEffect, useRef, useState } from 'preact/hooks'
import type { CaptureList, CaptureSummary } from '../data/answers.ts'
import { request, withQuery } from '../data/request.ts'
import { unread } from './unread.ts'

interface Captures {
  /** Undefined until the first page is there. */
  readonly items?: readonly CaptureSummary[]
  readonly total: number
  readonly unread: number
  readonly hasMore: boolean
  readonly failure?: Error
  /** How many came by themselves since the list was opened. */
  readonly arrived: number
}

export interface CapturesControl extends Captures {
  /** Reads the next older page. */
  readonly more: () => Promise<void>
  readonly mark: (id: string, seen: boolean) => void
  readonly drop: (ids: readonly string[] | 'all') => void
}

const pageLength = 50

/** Longest that Postern keeps a question for newer ones open, in seconds. */
const waitSeconds = 20

/** After a failure it is asked again, in milliseconds. */
const pauseMs = 2_000

/** The captures that match, newest first; new ones appear by themselves. */
export function useCaptures(q: string): CapturesControl {
  const [state, setState] = useState<Captures>(nothing)
  const latest = useRef(state)
  const wanted = useRef(q)
  wanted.current = q
  const update = (change: (before: Captures) => Captures) => {
    latest.current = change(latest.current)
    setState(latest.current)
    unread.set(latest.current.unread)
  }
  useEffect(() => {
    const stop = new AbortController()
    void follow(q, () => latest.current, update, stop.signal)
    return () => stop.abort()
  }, [q])
  return {
    ...state,
    more: async () => {
      const last = latest.current.items?.at(-1)
      if (!last || !latest.current.hasMore) return
      const page = await list({ q, after: last.id, limit: pageLength })
      // In the meantime the search or the list may have changed.
      if (wanted.current !== q || latest.current.items?.at(-1)?.id !== last.id) return
      update((before) => ({
        ...before,
        items: merged(before.items, page.data),
        hasMore: page.has_more,
      }))
    },
    mark: (id, seen) =>
      update((before) => {
        const was = before.items?.find((item) => item.id === id)
        const change = was && was.seen !== seen ? (seen ? -1 : 1) : 0
        return {
          ...before,
          unread: Math.max(before.unread + change, 0),
          items: before.items?.map((item) => (item.id === id ? { ...item, seen } : item)),
        }
      }),
    drop: (ids) =>
      update((before) => {
        const items = (before.items ?? []).filter(({ id }) => ids !== 'all' && !ids.includes(id))
        const gone = (before.items ?? []).filter((item) => !items.includes(item))
        return ids === 'all'
          ? { ...before, items, total: 0, unread: 0, hasMore: false }
          : {
              ...before,
              items,
              total: before.total - gone.length,
              unread: before.unread - gone.filter(({ seen }) => !seen).length,
            }
      }),
  }
}

const nothing: Captures = { total: 0, unread: 0, hasMore: false, arrived: 0 }

type Update = (change: (before: Captures) => Captures) => void

/** Reads the first page, then waits for what is newer, again and again until told to stop. */
async function follow(q: string, now: () => Captures, update: Update, signal: AbortSignal) {
  let isFresh = false
  while (!signal.aborted) {
    try {
      if (isFresh) isFresh = await waitForNewer(q, now, update, signal)
      else {
        const page = await list({ q, limit: pageLength, count: 1 }, signal)
        update((before) => ({ ...firstPage(page), arrived: before.arrived }))
        isFresh = true
      }
    } catch (error) {
      if (signal.aborted) return
      update((before) => ({ ...before, failure: error as Error }))
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}

function firstPage({ data, total, unread, has_more }: CaptureList) {
  return { items: data, total: total ?? 0, unread: unread ?? 0, hasMore: has_more }
}

/**
 * Asks for what is newer than the newest.
 *
 * @returns whether the rest is still as it was: others may delete, and an email that waited long
 * comes in further down, because ids tell when it was accepted
 */
async function waitForNewer(q: string, now: () => Captures, update: Update, signal: AbortSignal) {
  const newest = now().items?.[0]?.id
  const question = { q, limit: 100, before: newest, wait: waitSeconds, count: 1 }
  const page = await list(question, signal, true)
  const { total, unread: notRead } = firstPage(page)
  const before = now()
  const items = merged(page.data, before.items)
  const added = items.length - (before.items?.length ?? 0)
  update(() => ({
    ...before,
    items,
    total,
    unread: notRead,
    arrived: before.arrived + added,
    failure: undefined,
  }))
  const asBefore = total === before.total + added && notRead === before.unread + added
  // A reader who has paged far down is not thrown back to the first page.
  return asBefore || q !== '' || items.length > pageLength
}

function list(
  query: Readonly<Record<string, string | number | undefined>>,
  signal?: AbortSignal,
  patient?: boolean,
): Promise<CaptureList> {
  return request('GET', withQuery('/v1/captures', query), undefined, { signal, patient })
}

/** One after the other, each once. */
function merged(
  newer: readonly CaptureSummary[] = [],
  older: readonly CaptureSummary[] = [],
): CaptureSummary[] {
  const known = new Set(newer.map(({ id }) => id))
  return [...newer, ...older.filter(({ id }) => !known.has(id))]
}
