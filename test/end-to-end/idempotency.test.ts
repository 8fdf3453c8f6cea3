import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { startProcess, type PosternProcess } from '../cli/postern-process.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'

const keys = 500
const postsAKey = 20
const callers = 50

/** Answers after which the process is killed, each time. */
const kills = [250, 1_500, 4_500]

it(
  '500 keys posted 20 times each, through kill -9, are 500 emails',
  { timeout: 300_000 },
  async () => {
    const directory = temporaryDirectory()
    let postern: Promise<PosternProcess> = startProcess({ directory })
    const posts = shuffled(Array.from({ length: keys * postsAKey }, (_, n) => `key-${n % keys}`))
    const ids = new Map<string, Set<string>>()
    const upcoming = [...kills]
    let answers = 0
    let killed = 0

    /** Kills once it is time; waiting clients go on with the next process. */
    function maybeKill() {
      if (upcoming[0] === undefined || answers < upcoming[0]) return
      upcoming.shift()
      const dying = postern
      postern = (async () => {
        const process = await dying
        process.kill('SIGKILL')
        await process.exit
        killed += 1
        return startProcess({ directory })
      })()
    }

    async function call() {
      for (let key = posts.pop(); key !== undefined; key = posts.pop()) {
        const id = await persist(key)
        ids.set(key, (ids.get(key) ?? new Set()).add(id))
        answers += 1
        maybeKill()
      }
    }

    /** As a client does that wants its email sent: again until there is an answer. */
    async function persist(key: string): Promise<string> {
      for (;;) {
        const { url } = await postern
        const answer = await post(url, key)
        if (answer?.status === 200) return ((await answer.json()) as { id: string }).id
        // Another post with the key is in progress; or nothing listens at all.
        if (answer) expect(await answer.json()).toMatchObject({ statusCode: 409 })
      }
    }

    await Promise.all(Array.from({ length: callers }, call))
    const running = await postern
    expect(killed).toBe(kills.length)
    expect(ids.size).toBe(keys)
    expect([...ids.values()].filter(({ size }) => size !== 1)).toEqual([])
    const known = await everyId(running.url)
    expect(new Set(known).size).toBe(known.length)
    expect([...known].sort()).toEqual([...ids.values()].flatMap((set) => [...set]).sort())
    running.kill('SIGTERM')
    await running.exit
  },
)

async function post(url: string, key: string): Promise<Response | undefined> {
  const body = JSON.stringify({ from: 'me@own.test', to: 'b@there.test', subject: key, text: key })
  const headers = { 'idempotency-key': key }
  return fetch(`${url}/emails`, { method: 'POST', body, headers }).catch((error: unknown) => {
    if (error instanceof TypeError) return undefined
    throw error
  })
}

async function everyId(url: string): Promise<string[]> {
  const ids: string[] = []
  for (let more = true; more;) {
    const after = ids.length > 0 ? `&after=${ids.at(-1)}` : ''
    const answer = await fetch(`${url}/emails?limit=100${after}`)
    const page = (await answer.json()) as { data: { id: string }[]; has_more: boolean }
    ids.push(...page.data.map(({ id }) => id))
    more = page.has_more
  }
  return ids
}

/** In an order of its own each time, so that posts of one key meet. */
function shuffled(list: string[]): string[] {
  return list
    .map((item) => ({ item, at: randomUUID() }))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ item }) => item)
}
