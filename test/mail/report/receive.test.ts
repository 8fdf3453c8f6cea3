import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Email } from '../../../mail/email/email.ts'
import type { Signal } from '../../../mail/email/signal.ts'
import { dayMs } from '../../../mail/email/time.ts'
import type { Backend } from '../../../mail/ports/backend.ts'
import { receive } from '../../../mail/report/receive.ts'
import { anEmail } from '../../conformance/email-samples.ts'
import { temporaryBackend, type TemporaryBackend } from '../../backends/local/temporary.ts'

const ann = 'ann@there.test'

let opened: TemporaryBackend
beforeEach(() => {
  opened = temporaryBackend()
})
afterEach(() => opened.close())

/** An email as its record stands after an attempt. */
async function kept(values: Partial<Email> = {}): Promise<Email> {
  const { backend, clock } = opened
  const now = clock.now()
  const email = anEmail({
    state: 'sent',
    createdAt: now,
    dueAt: now,
    since: now,
    settledAt: now,
    recipients: [{ address: ann, state: 'sent' }],
    ...values,
  })
  await backend.emails.create(email)
  return email
}

function bounceOf(emailId: string | undefined, more: Partial<Signal> = {}): Signal {
  const at = opened.clock.now()
  const said = { status: '5.1.1', text: '550 5.1.1 unknown', reported: true } as const
  const base = { source: 'ses', key: 'bounce fb-1', kind: 'bounced', bounce: 'hard' } as const
  return { ...base, at, address: ann, ...said, ...(emailId && { emailId }), ...more }
}

/** All that a signal can change. */
async function everything(id: string, { emails, events, suppressions }: Backend) {
  return {
    state: (await emails.get(id, '*'))?.state,
    timeline: (await emails.get(id, '*'))?.timeline.length,
    events: (await events.list({ scope: '*', limit: 10 })).data.map(({ type }) => type).sort(),
    suppressed: (await suppressions.find({ project: 'default', addresses: [ann] })).length,
  }
}

const events = ['email.bounced', 'suppression.added']
const whole = { state: 'bounced', timeline: 2, events, suppressed: 1 }

describe('a signal', () => {
  it('suppresses, is an event and changes the record, once however often it comes', async () => {
    const { id } = await kept()
    const first = await receive(opened.backend, bounceOf(id))
    expect(first).toMatchObject({ kind: 'done', told: { type: 'email.bounced', emailId: id } })
    expect(await everything(id, opened.backend)).toEqual(whole)
    const again = await Promise.all(
      Array.from({ length: 46 }, () => receive(opened.backend, bounceOf(id))),
    )
    expect(again.some((one) => 'told' in one)).toBe(false)
    expect(await everything(id, opened.backend)).toEqual(whole)
  })

  it('waits for the end of an attempt, the longer the later', async () => {
    const { id } = await kept({ state: 'queued', settledAt: undefined })
    const { backend, clock } = opened
    const claim = await backend.emails.claim(id, clock.now(), 75)
    const signal = bounceOf(id)
    expect(await receive(backend, signal)).toEqual({ kind: 'defer', seconds: 5 })
    await clock.advance(20_000)
    expect(await receive(backend, signal)).toEqual({ kind: 'defer', seconds: 20 })
    await clock.advance(3_600_000)
    expect(await receive(backend, signal)).toEqual({ kind: 'defer', seconds: 60 })
    if (claim.kind !== 'claimed') throw new Error(claim.kind)
    await backend.emails.settle(id, claim.claim, { state: 'sent', settledAt: clock.now() })
    await receive(backend, signal)
    expect((await backend.emails.get(id, '*'))?.state).toBe('bounced')
  })

  it('finds the record that another changed in the meantime', async () => {
    const { id } = await kept()
    const delivered: Signal = { ...bounceOf(id), key: 'delivered', kind: 'delivered' }
    await Promise.all([receive(opened.backend, bounceOf(id)), receive(opened.backend, delivered)])
    expect(await everything(id, opened.backend)).toEqual({
      ...whole,
      timeline: 3,
      events: ['email.bounced', 'email.delivered', 'suppression.added'],
    })
  })

  it('for an email that is not known proves nothing about its address', async () => {
    const { id } = anEmail()
    expect(await receive(opened.backend, bounceOf(id))).toEqual({ kind: 'done', about: 'nothing' })
    expect(await everything(id, opened.backend)).toMatchObject({ events: [], suppressed: 0 })
  })

  it('of SendGrid without an id is of the newest email that it sent there within a week', async () => {
    const sent = (engine: string) => ({ at: 0, what: 'attempt', engine, outcome: 'sent' }) as const
    const old = await kept({
      createdAt: opened.clock.now() - 8 * dayMs,
      timeline: [sent('sendgrid')],
    })
    const { id } = await kept({ timeline: [sent('sendgrid')] })
    const other = await kept({ timeline: [sent('smtp')] })
    await receive(opened.backend, bounceOf(undefined, { source: 'sendgrid' }))
    const states = [old, { id }, other].map(async (one) => {
      return (await opened.backend.emails.get(one.id, '*'))?.state
    })
    expect(await Promise.all(states)).toEqual(['sent', 'bounced', 'sent'])
  })

  it('that is of no email at all suppresses the address, in all projects', async () => {
    await receive(opened.backend, bounceOf(undefined, { source: 'sendgrid' }))
    const [found] = await opened.backend.suppressions.find({ project: 'x', addresses: [ann] })
    expect(found).toMatchObject({ project: '*', address: ann })
  })
})

describe('a crash between the writes of a signal', () => {
  const steps = ['suppression', 'event', 'record', 'acknowledgement'] as const

  /** One write after the other, as on AWS; the process is dead from this step on. */
  function dyingAt(step: (typeof steps)[number]): Backend {
    return {
      ...opened.backend,
      async commit(writes) {
        for (const [index, write] of writes.entries()) {
          if (index === steps.indexOf(step)) throw new Error('died')
          await write()
        }
        if (step === 'acknowledgement') throw new Error('died')
      },
    }
  }

  it.each(steps)('before the %s is mended when the signal comes again', async (step) => {
    const { id } = await kept()
    const signal = bounceOf(id)
    await expect(receive(dyingAt(step), signal)).rejects.toThrow('died')
    const before = await everything(id, opened.backend)
    expect(before.suppressed).toBe(step === 'suppression' ? 0 : 1)
    if (before.state === 'bounced') expect(before).toEqual(whole)
    await receive(opened.backend, signal)
    expect(await everything(id, opened.backend)).toEqual(whole)
  })

  it('is not seen where the store writes them as one', async () => {
    const { id } = await kept()
    const { backend } = opened
    const failing: Backend = {
      ...backend,
      emails: { ...backend.emails, change: () => Promise.reject(new Error('died')) },
    }
    await expect(receive(failing, bounceOf(id))).rejects.toThrow('died')
    await receive(backend, bounceOf(id))
    expect(await everything(id, backend)).toEqual(whole)
  })
})
