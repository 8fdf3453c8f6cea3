import type { Clock } from '../../mail/ports/clock.ts'
import type { AccessToken } from './token-request.ts'
import type { Trouble } from './trouble.ts'

/** Access tokens for logins: one at a time, kept as long as it is good. */
export interface AccessTokens {
  take(): Promise<AccessToken | Trouble>
  /** A server refused this one: the next `take` asks for another. */
  drop(token: string): void
  /** The last ones, which a server may quote. */
  readonly known: readonly string[]
}

/** A token is renewed so long before it expires, in milliseconds; a login takes seconds. */
const marginMs = 60_000

/** How many are remembered to be concealed. */
const mostKnown = 4

export function accessTokens(
  clock: Pick<Clock, 'now'>,
  request: () => Promise<AccessToken | Trouble>,
): AccessTokens {
  let current: AccessToken | undefined
  let asking: Promise<AccessToken | Trouble> | undefined
  let known: readonly string[] = []

  async function renew() {
    const answer = await request()
    if (answer.kind === 'token') {
      current = answer
      known = [answer.token, ...known].slice(0, mostKnown)
    }
    return answer
  }

  return {
    take() {
      if (current && clock.now() < current.expiresAt - marginMs) return Promise.resolve(current)
      // Twenty connections that open together ask once.
      asking ??= renew().finally(() => (asking = undefined))
      return asking
    },
    drop(token) {
      if (current?.token === token) current = undefined
    },
    get known() {
      return known
    },
  }
}
