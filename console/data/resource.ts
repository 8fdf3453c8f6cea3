import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { returns } from './connection.ts'
import { request } from './request.ts'
import { session } from './session.ts'

/** What is at an address of the API, as far as it is known. */
export interface Resource<T> {
  readonly data?: T
  /** Why it could not be read just now; `data` may still be there, from before. */
  readonly failure?: Error
  readonly reload: () => Promise<void>
  /** Sets what another answer has already shown. */
  readonly replace: (data: T) => void
}

/**
 * Reads an address of the API. What was there at the last visit is shown at once and read again.
 *
 * @param path undefined: nothing yet
 * @param everyMs reads it again as often, while the page is visible
 */
export function useResource<T>(path: string | undefined, everyMs?: number): Resource<T> {
  const [answer, setAnswer] = useState<ReadResult<T>>({ path })
  const turn = useRef(0)

  const take = useCallback(
    async (reader: (path: string) => Promise<ReadResult<T>>) => {
      if (path === undefined) return
      const mine = ++turn.current
      const next = await reader(path)
      // An older answer that comes late must not cover a newer one.
      if (mine === turn.current) setAnswer(next)
    },
    [path],
  )
  // After a change nothing will do that was asked for before it.
  const reload = useCallback(() => take(readNow), [take])

  useEffect(() => {
    void take(read)
    const look = () => void (!document.hidden && take(read))
    const timer = everyMs === undefined ? undefined : setInterval(look, everyMs)
    const unsubscribe = returns.subscribe(look)
    if (everyMs !== undefined) document.addEventListener('visibilitychange', look)
    return () => {
      turn.current += 1
      clearInterval(timer)
      unsubscribe()
      document.removeEventListener('visibilitychange', look)
    }
  }, [take, everyMs])

  const replace = (data: T) => {
    turn.current += 1
    if (path !== undefined) setAnswer({ path, data: remember(path, data) })
  }
  const current: ReadResult<T> = answer.path === path ? answer : { path }
  const data = current.data ?? (path === undefined ? undefined : (known.get(path) as T | undefined))
  return { data, failure: current.failure, reload, replace }
}

interface ReadResult<T> {
  readonly path: string | undefined
  readonly data?: T
  readonly failure?: Error
}

/** Begins to read what the first view will ask for, while the page is still being put together. */
export function readAhead(paths: readonly string[]) {
  for (const path of paths) void read(path)
}

/** Requests for the same at the same time share the answer. */
function read<T>(path: string): Promise<ReadResult<T>> {
  const running = reading.get(path) ?? readNow<T>(path).finally(() => reading.delete(path))
  reading.set(path, running)
  return running as Promise<ReadResult<T>>
}

const reading = new Map<string, Promise<ReadResult<unknown>>>()

async function readNow<T>(path: string): Promise<ReadResult<T>> {
  const asked = signIns
  try {
    const data = await request<T>('GET', path)
    if (asked !== signIns) return await readNow(path)
    if (isForStrangers(data)) return { path, data: known.get(path) as T | undefined }
    return { path, data: remember(path, data) }
  } catch (failure) {
    return { path, data: known.get(path) as T | undefined, failure: failure as Error }
  }
}

/** The last answers by path, the oldest first. */
const known = new Map<string, unknown>()
const mostKnown = 100

/** Without a session answers tell less: they must not be shown after signing in. */
function remember<T>(path: string, data: T): T {
  if (session.get() === 'out') return data
  known.delete(path)
  known.set(path, data)
  if (known.size > mostKnown) known.delete(known.keys().next().value!)
  return data
}

/** The health without a key or with one that has ended, which is answered and says little. */
function isForStrangers(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'mailer' in data && !('queue' in data)
}

/** What was asked for before a person signed in is asked for again. */
let signIns = 0
let before = session.get()

session.subscribe(() => {
  const now = session.get()
  if (before === 'out' && now === 'in') {
    signIns += 1
    reading.clear()
  }
  // None of it is for the next person who signs in.
  if (now === 'out') known.clear()
  before = now
})
