import type { ImapFlow } from 'imapflow'
import type { Postern } from '../../mail/ports/postern.ts'
import { pauseMs } from '../../mail/retry.ts'
import type { Log } from '../log.ts'
import { openMailbox } from './open.ts'
import { takeNew } from './take.ts'
import { troubleOf, type MailboxTrouble } from './trouble.ts'
import { mailboxWish, type MailboxWish } from './wish.ts'

export interface MailboxWatch {
  /** Why returned email cannot be read, in words for a person; undefined while it can. */
  readonly trouble: () => string | undefined
  stop(): Promise<void>
}

/** How often the settings are looked at, in milliseconds. */
const everyMs = 5_000

/**
 * Reads the mailbox that a relay returns email to, as long as the settings name one: it waits there
 * for what comes (IDLE, RFC 2177), connects again after each failure, more slowly with each, and at
 * once when the settings change.
 */
export function watchMailbox(postern: Postern, directory: string, log: Log): MailboxWatch {
  const { clock } = postern
  const stopping = new AbortController()
  const { signal } = stopping
  const onTooLarge = () => log({ level: 'warn', what: 'returned email too large to be read' })
  const taking = { ...postern, directory, onTooLarge }
  let trouble: MailboxTrouble | undefined
  let failures = 0

  async function run() {
    while (!signal.aborted) {
      const wish = await mailboxWish(postern).catch(() => undefined)
      if (wish) await follow(wish).catch((error: unknown) => fail(error, wish))
      else trouble = undefined
      await pause(wish)
    }
  }

  async function follow(wish: MailboxWish) {
    const client = await openMailbox(wish, clock)
    const close = () => client.close()
    signal.addEventListener('abort', close)
    try {
      while (!signal.aborted) {
        const news = newsIn(client)
        await takeNew(taking, client, wish)
        ;[trouble, failures] = [undefined, 0]
        if (!(await staysUntil(news, client, wish))) return
      }
    } finally {
      signal.removeEventListener('abort', close)
      client.close()
    }
  }

  /** Waits for something new in the folder. @returns false once another mailbox is wanted */
  async function staysUntil(news: Promise<void>, client: ImapFlow, wish: MailboxWish) {
    let hasNews = false
    void news.then(() => (hasNews = true))
    while (!hasNews) {
      if (signal.aborted || !(await isWanted(wish))) return false
      if (!client.idling) void client.idle().catch(() => undefined)
      await Promise.race([news, clock.until(clock.now() + everyMs, signal)])
    }
    return true
  }

  function fail(error: unknown, wish: MailboxWish) {
    if (signal.aborted) return
    failures += 1
    trouble = troubleOf(error, wish)
    log({ level: 'warn', what: 'returned email cannot be read', reason: trouble.kind })
  }

  /** After a failure longer each time, and no longer than the same settings hold. */
  async function pause(wish?: MailboxWish) {
    const until = clock.now() + (failures === 0 ? everyMs : pauseMs(failures - 1))
    while (!signal.aborted && clock.now() < until && (await isWanted(wish)))
      await clock.until(Math.min(until, clock.now() + everyMs), signal)
  }

  async function isWanted(wish?: MailboxWish): Promise<boolean> {
    const now = await mailboxWish(postern).catch(() => wish)
    return now?.key === wish?.key
  }

  const running = run()
  return {
    trouble: () => trouble?.reason,
    stop() {
      stopping.abort()
      return running
    },
  }
}

/** Something came, or the connection is over. */
function newsIn(client: ImapFlow): Promise<void> {
  return new Promise((resolve) => {
    client.once('exists', () => resolve())
    client.once('close', () => resolve())
  })
}
