import { onTestFinished } from 'vitest'
import { clockOf, systemClock } from '../../mail/clock.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Script } from '../remote/smtp-script.ts'
import { startSmtpServer } from '../remote/smtp-server.ts'
import { letter } from './letters.ts'
import { startPosternHere, type TestPostern } from './postern.ts'

/** How many emails an hour a small company sends, from this time yesterday on. */
const hourly = [3, 2, 1, 0, 1, 2, 5, 9, 12, 15, 17, 14, 11, 13, 16, 14, 12, 9, 8, 7, 5, 4, 3, 4]

/** What servers elsewhere said that day. */
function server(): Script {
  let isLost = false
  return {
    rcpt: ({ line }) => {
      isLost = line.includes('lost@')
      if (line.includes('gone@'))
        return '550 5.1.1 <gone@example.org>: Recipient address rejected: User unknown'
      if (line.includes('full@'))
        return '452 4.2.2 <full@example.com>: The mailbox is over its quota, try again later'
      return undefined
    },
    // It will never be known whether the server has it.
    dot: () => (isLost ? { then: 'close' } : undefined),
  }
}

/**
 * A Postern that has had a day of mail behind it: all of it accepted, sent, refused and captured
 * for real, on a clock that was put back and caught up.
 */
export async function aDayOfMail(): Promise<TestPostern & { readonly token: string }> {
  const sink = await startSmtpServer(server())
  onTestFinished(() => sink.close())
  const clock = lateClock()
  clock.behind(24)
  const postern = await startPosternHere({ clock })
  await save(postern, sink.port)
  let n = 0
  for (const [hour, emails] of hourly.entries()) {
    clock.behind(23.6 - hour)
    const unlucky = [9, 14, 19].includes(hour)
    if (hour === 3) await send(postern, 21, 'full@example.com')
    const batch = Array.from({ length: emails }, () => send(postern, (n += 1)))
    if (unlucky) batch.push(send(postern, n, 'gone@example.org'))
    await Promise.all(batch)
    await settled(postern)
  }
  await send(postern, 12, 'lost@example.com')
  await settled(postern)
  clock.behind(0.1)
  await send(postern, 7, 'full@example.com')
  await settled(postern)
  clock.behind(0)
  await postern.api('POST', '/v1/settings/verify', {})
  await comeBack(postern)
  const { token } = await postern.makeKey('Mira, console')
  await postern.makeKey('shop, production', {
    permission: 'sending_access',
    domain: 'harbour.example',
  })
  await postern.makeKey('shop, staging', { permission: 'sending_access', capture: true })
  return { ...postern, token }
}

/** Only people of example.com get real mail here; the rest is captured. */
async function save({ api }: TestPostern, port: number) {
  const { version } = await api<{ version: string }>('GET', '/v1/settings')
  const settings = {
    engine: 'smtp',
    from: { address: 'no-reply@harbour.example', name: 'Harbour' },
    smtp: { host: 'localhost', port, security: 'none' },
    delivery: { giveUpAfterHours: 6, onAmbiguous: 'hold' },
    safety: { allow: ['@example.com', '@example.org'] },
  }
  await api('PUT', '/v1/settings', { settings, version })
}

function send({ api }: TestPostern, n: number, to?: string): Promise<unknown> {
  return api('POST', '/emails', { ...letter(n), ...(to && { to }) })
}

/** What a mailbox somewhere else answers, which no program understands. */
function comeBack({ url }: TestPostern): Promise<unknown> {
  const body =
    'From: Ann <ann@example.com>\r\nSubject: Out of the office\r\n\r\nBack on Monday.\r\n'
  return fetch(`${url}/v1/feedback/mail`, { method: 'POST', body })
}

/** Nothing is left to do but what has been tried and waits for its next time. */
async function settled({ postern }: TestPostern) {
  await until(async () => {
    const { sending } = await postern.queue.depth(postern.clock.now(), '*')
    const { data } = await postern.emails.list({ scope: '*', limit: 100, state: 'queued' })
    return (
      sending === 0 && data.every(({ nextAttemptAt = 0 }) => nextAttemptAt > postern.clock.now())
    )
  })
}

async function until(isTrue: () => Promise<boolean>) {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** The system's clock, put back by so many hours. */
function lateClock(): Clock & { behind(hours: number): void } {
  let late = 0
  return {
    ...clockOf({
      now: () => systemClock.now() - late,
      at: (time, call) => systemClock.at(time + late, call),
    }),
    behind: (hours) => void (late = hours * 3_600_000),
  }
}
