import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { hurriedFromNow, startProcess } from '../cli/postern-process.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'
import { startSmtpServer } from '../remote/smtp-server.ts'

interface Shown {
  readonly state: string
  readonly last_reason: string | null
  readonly timeline: readonly { readonly outcome?: string }[]
}

const patience = { timeout: 60_000, interval: 200 }

const anEmail = { from: 'ann@own.test', subject: 'Hi', text: 'Hello' }

describe('one email that kills the process that sends it', () => {
  it('is held after three starts that died, and everything else goes on', async () => {
    const directory = temporaryDirectory()
    const relay = await startSmtpServer({
      // The process is killed while it waits for this answer.
      rcpt: ({ line }) => (line.includes('poison@') ? {} : undefined),
    })
    onTestFinished(() => relay.close())
    const smtp = { host: '127.0.0.1', port: relay.port, security: 'none' }
    const env = {
      ...hurriedFromNow(),
      POSTERN_DEFAULTS: JSON.stringify({ engine: 'smtp', smtp }),
      POSTERN_SMTP_PORT: 'off',
    }
    const start = () => startProcess({ directory, env })
    const post = async (url: string, to: string) => {
      const answer = await fetch(`${url}/emails`, {
        method: 'POST',
        headers: { authorization: 'Bearer re_any', 'content-type': 'application/json' },
        body: JSON.stringify({ ...anEmail, to }),
      })
      return ((await answer.json()) as { id: string }).id
    }

    const shown = async (url: string, id: string) =>
      (await (await fetch(`${url}/v1/emails/${id}`)).json()) as Shown

    let poison: string | undefined
    for (const round of [1, 2, 3]) {
      const hung = once(relay.events, 'hang')
      const postern = await start()
      poison ??= await post(postern.url, 'poison@there.test')
      const other = await post(postern.url, `other-${round}@there.test`)
      await hung
      // Killed before that is on record, it would be sent again.
      await expect.poll(() => shown(postern.url, other), patience).toMatchObject({ state: 'sent' })
      postern.kill('SIGKILL')
      await postern.exit
    }
    const { url } = await start()
    await post(url, 'other-4@there.test')
    await expect.poll(() => shown(url, poison!), patience).toMatchObject({ state: 'held' })
    const { last_reason: reason, timeline } = await shown(url, poison!)
    expect(reason).toMatch(/may have been sent 3 times: the worker that was sending it died/)
    expect(timeline.filter(({ outcome }) => outcome === 'ambiguous')).toHaveLength(3)
    await expect.poll(() => relay.emails.length, patience).toBe(4)
    const others = relay.emails.flatMap(({ to }) => to)
    expect(others.toSorted()).toEqual([1, 2, 3, 4].map((n) => `other-${n}@there.test`))
  }, 300_000)
})
