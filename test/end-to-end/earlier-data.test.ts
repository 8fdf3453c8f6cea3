import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startHere } from '../cli/run-command.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'
import { startSmtpServer } from '../remote/smtp-server.ts'
import { virtualClock } from '../virtual-clock.ts'

/** What `test/data/earlier/make.ts` wrote down when the Postern of an earlier version was killed. */
interface Earlier {
  readonly at: number
  /** The first key, the one that may only send, and captures. */
  readonly key: string
  readonly limited: string
  readonly upload: string
  readonly group: { readonly batch: string; readonly id: string }
  readonly emails: readonly EarlierEmail[]
  /** Of the data directory, each packed. */
  readonly files: Readonly<Record<string, string>>
}

interface EarlierEmail {
  readonly role: string
  readonly id: string
  readonly state: string
  readonly idempotencyKey: string
  readonly body: string
}

interface View {
  readonly state: string
  readonly subject: string
  readonly project: string
  readonly recipients: readonly { readonly address: string; readonly state: string }[]
}

const folder = join(import.meta.dirname, '../data/earlier')
const names = readdirSync(folder).filter((name) => /^\w+\.json$/.test(name))
const [minute, day] = [60_000, 86_400_000]
const patiently = { timeout: 120_000 }

describe.each(names)('a data directory as %s left it', (name) => {
  const earlier = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Earlier

  /** The Postern of today on a copy of it, a minute later, with a server that takes everything. */
  async function opened() {
    const directory = temporaryDirectory()
    for (const [path, bytes] of Object.entries(earlier.files))
      writeFileSync(join(directory, path), unpacked(bytes))
    const relay = await startSmtpServer({ extensions: ['AUTH PLAIN LOGIN'] })
    const clock = virtualClock(earlier.at + minute)
    const env = { POSTERN_LOCKS: JSON.stringify({ smtp: { port: relay.port } }) }
    const postern = await startHere({ directory, env, clock, smtpPort: 'off' })
    onTestFinished(async () => {
      await postern.stop()
      await relay.close()
    })
    async function ask<Answer>(path: string, init: RequestInit = {}, key = earlier.key) {
      const headers = { authorization: `Bearer ${key}`, ...init.headers }
      const answer = await fetch(`${postern.url}${path}`, { ...init, headers })
      const text = await answer.text()
      return { status: answer.status, body: (text && JSON.parse(text)) as Answer }
    }
    const view = async (id: string) => (await ask<View>(`/v1/emails/${id}`)).body
    return { postern, clock, relay, ask, view }
  }

  const idOf = (role: string) => earlier.emails.find((email) => email.role === role)!.id

  it('holds every email in the state it was in, and what was being sent is in doubt', async () => {
    const { view } = await opened()
    for (const { id, role, state } of earlier.emails) {
      // It may have left, and was asked to be held then.
      // What was deferred is due by now: it may be seen on its way.
      const now = { sending: ['sending', 'held'], queued: ['queued', 'sending', 'sent'] }[
        state
      ] ?? [state]
      const { state: found, subject, project } = await view(id)
      expect([role, now]).toEqual([role, expect.arrayContaining([found])])
      expect([subject, project]).toEqual([`The ${role} one`, 'default'])
    }
  })

  it('answers a repeated request with the email that it was the first time', async () => {
    const { ask, relay } = await opened()
    // The captured one was asked for without a key, when there was none.
    for (const { id, idempotencyKey, body } of earlier.emails.slice(1)) {
      const init = {
        method: 'POST',
        body: unpacked(body),
        headers: { 'idempotency-key': idempotencyKey },
      }
      expect(await ask('/emails', init)).toEqual({ status: 200, body: { id } })
    }
    expect(relay.emails.filter(({ to }) => to.includes('sent@there.test'))).toEqual([])
  })

  it('lets the same keys in, each for what it may do', async () => {
    const { ask } = await opened()
    const { body } = await ask<{ data: { name: string }[] }>('/api-keys')
    expect(body.data.map((key) => key.name)).toEqual(['app', 'first'])
    expect((await ask('/v1/queue', {}, earlier.limited)).status).toBe(401)
    expect((await ask('/v1/queue', {}, 're_other')).status).toBe(403)
    const email = { from: 'ann@caller.test', to: 'you@there.test', subject: 's', text: 'x' }
    const init = { method: 'POST', body: JSON.stringify(email) }
    expect((await ask('/emails', init, earlier.limited)).status).toBe(200)
    const elsewhere = { ...init, body: JSON.stringify({ ...email, from: 'a@own.test' }) }
    expect((await ask('/emails', elsewhere, earlier.limited)).status).toBe(403)
  })

  it('writes down who changes what from then on', async () => {
    const { ask } = await opened()
    const lines = async () => (await ask<{ data: { action: string }[] }>('/v1/audit')).body.data
    expect(await lines()).toEqual([])
    const body = JSON.stringify({ name: 'later' })
    await ask('/api-keys', { method: 'POST', body })
    expect(await lines()).toMatchObject([
      { by: { name: 'first' }, action: expect.any(String) as string },
    ])
  })

  it('has an upload that waits for its email', async () => {
    const { ask } = await opened()
    const email = { from: 'ann@caller.test', to: 'you@there.test', subject: 's', text: 'x' }
    const body = JSON.stringify({ ...email, attachments: [{ upload: earlier.upload }] })
    expect((await ask('/emails', { method: 'POST', body })).status).toBe(200)
  })

  it('has its captures, with words, files and bytes', async () => {
    const { ask } = await opened()
    const list = async (query: string) => {
      const { body } = await ask<{ data: { id: string; subject: string }[] }>(
        `/v1/captures${query}`,
      )
      return body.data
    }
    expect((await list('')).map(({ subject }) => subject)).toEqual(['By SMTP', 'The captured one'])
    expect(await list('?q=481516')).toEqual([])
    const [found] = await list('?to=captured@there.test')
    expect(found!.id).toBe(idOf('captured'))
    expect((await ask(`/v1/captures/${found!.id}`)).body).toMatchObject({
      text: 'Grüße',
      codes: ['481516'],
      attachments: [{ filename: 'a.bin', size: 4 }],
    })
  })

  it(
    'goes on with what waits, by the settings and the password that were saved',
    patiently,
    async () => {
      const { ask, clock, relay, view } = await opened()
      const left = () => relay.emails.map(({ to }) => to.join())
      /** In small steps, in each of which a real conversation can go on. */
      async function comes(id: string, state: string) {
        for (let looks = 0; looks < 2_000; looks++) {
          if ((await view(id)).state === state) return
          if (looks % 4 === 3) await clock.advance(1_000)
        }
        expect([(await view(id)).subject, (await view(id)).state]).toEqual([
          expect.anything(),
          state,
        ])
      }
      await comes(idOf('deferred'), 'sent')
      await comes(idOf('sending'), 'held')
      for (const role of ['held', 'sending', 'failed'])
        expect((await ask(`/v1/emails/${idOf(role)}/retry`, { method: 'POST' })).status).toBe(200)
      for (const role of ['held', 'sending', 'failed']) await comes(idOf(role), 'sent')
      const large = relay.emails.find(({ to }) => to.includes('doubtful@there.test'))!
      expect(large.content.length).toBeGreaterThan(500_000)

      const paused = await ask<object[]>('/v3/user/scheduled_sends')
      expect(paused.body).toEqual([{ batch_id: earlier.group.batch, status: 'pause' }])
      await clock.advance(earlier.at + day + minute - clock.now())
      expect((await view(earlier.group.id)).state).not.toBe('sent')
      await ask(`/v3/user/scheduled_sends/${earlier.group.batch}`, { method: 'DELETE' })
      await clock.advance(earlier.at + 2 * day - clock.now())
      await comes(earlier.group.id, 'sent')
      await comes(idOf('scheduled'), 'sent')
      expect((await view(idOf('canceled'))).state).toBe('canceled')
      expect(left().toSorted()).toEqual([
        ...['batched@there.test', 'doubtful@there.test', 'hanging@there.test', 'later@there.test'],
        ...['refused@there.test', 'scheduled@there.test'],
      ])
    },
  )
})

function unpacked(bytes: string): Buffer<ArrayBuffer> {
  return Buffer.from(gunzipSync(Buffer.from(bytes, 'base64')))
}
