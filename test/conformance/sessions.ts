import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Session, Sessions } from '../../mail/ports/sessions.ts'

export interface SessionsHarness {
  readonly sessions: Sessions
  close(): void | Promise<void>
}

/** What every store of sessions must do. */
export function testSessions(name: string, open: () => Promise<SessionsHarness>) {
  describe(`${name}: sessions`, () => {
    let harness: SessionsHarness
    let sessions: Sessions
    beforeEach(async () => {
      harness = await open()
      sessions = harness.sessions
    })
    afterEach(() => harness.close())

    it('finds a session by its hash until the millisecond in which it expires', async () => {
      const session = aSession()
      await sessions.create(session)
      expect(await sessions.findByHash(session.hash, noon)).toEqual(session)
      expect(await sessions.findByHash(session.hash, session.expiresAt - 1)).toEqual(session)
      expect(await sessions.findByHash(session.hash, session.expiresAt)).toBeUndefined()
    })

    it('finds nothing for a hash that is none, or only begins like one', async () => {
      const { hash } = aSession()
      await sessions.create(aSession({ hash }))
      expect(await sessions.findByHash('0'.repeat(64), noon)).toBeUndefined()
      expect(await sessions.findByHash(hash.slice(0, 63), noon)).toBeUndefined()
    })

    it('removes one, for good, and no other', async () => {
      const [gone, kept] = [aSession(), aSession()]
      await sessions.create(gone)
      await sessions.create(kept)
      await sessions.remove(gone.hash)
      await sessions.remove(gone.hash)
      expect(await sessions.findByHash(gone.hash, noon)).toBeUndefined()
      expect(await sessions.findByHash(kept.hash, noon)).toEqual(kept)
    })

    it('keeps the sessions of one key apart', async () => {
      const [one, other] = [aSession({ keyHash: 'k' }), aSession({ keyHash: 'k' })]
      await sessions.create(one)
      await sessions.create(other)
      expect(await sessions.findByHash(one.hash, noon)).toEqual(one)
      expect(await sessions.findByHash(other.hash, noon)).toEqual(other)
    })

    it('forgets none that lives when one is opened after another has expired', async () => {
      const [expired, alive] = [aSession({ expiresAt: noon + 1 }), aSession()]
      await sessions.create(expired)
      await sessions.create(alive)
      await sessions.create(aSession({ createdAt: noon + 1_000 }))
      expect(await sessions.findByHash(expired.hash, noon + 1_000)).toBeUndefined()
      expect(await sessions.findByHash(alive.hash, noon + 1_000)).toEqual(alive)
    })
  })
}

const noon = Date.UTC(2026, 0, 1, 12)
let made = 0

function aSession(values: Partial<Session> = {}): Session {
  made += 1
  return {
    hash: made.toString(16).padStart(64, 'a'),
    keyHash: made.toString(16).padStart(64, 'b'),
    createdAt: noon,
    expiresAt: noon + 60_000,
    ...values,
  }
}
