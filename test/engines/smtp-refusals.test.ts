import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import data from '../data/smtp-refusals.json' with { type: 'json' }
import { openSmtpRig } from './smtp-rig.ts'
import type { SmtpRig } from './smtp-rig.ts'

/** What each row means, as the outcome says it. */
const outcomes: Readonly<Record<string, object>> = {
  blocked: { kind: 'blocked' },
  doubtful: { kind: 'blocked', doubtful: true },
  rejected: { kind: 'rejected' },
  deferred: { kind: 'deferred' },
}

describe('the SMTP engine in front of a server that refuses', () => {
  let rig: SmtpRig
  beforeAll(async () => {
    rig = await openSmtpRig()
  })
  afterAll(() => rig.close())

  it.each(data.rows)('$stage: $reply -> $means', async ({ stage, reply, means }) => {
    rig.server.script = { [stage]: reply.replaceAll('\n', '\r\n') }
    const { reason: _, refused: __, ...outcome } = (await rig.send()) as Record<string, unknown>
    expect(outcome).toEqual(outcomes[means])
  })

  it('has a row for every stage and every meaning', () => {
    const stages = data.rows.map(({ stage }) => stage)
    expect(new Set(stages)).toEqual(new Set(['mail', 'rcpt', 'data', 'dot']))
    const means = data.rows.map((row) => row.means)
    expect(new Set(means)).toEqual(new Set(Object.keys(outcomes)))
  })
})

describe('words about us at single recipients', () => {
  const denied = '554 5.7.1 Relay access denied'
  const three = ['one@here.test', 'two@there.test', 'three@there.test']

  async function sendTo(replies: Record<string, string>) {
    const rcpt = ({ line }: { line: string }) =>
      Object.entries(replies).find(([part]) => line.includes(part))?.[1]
    const rig = await openSmtpRig({ script: { rcpt } })
    try {
      return await rig.send({ to: three })
    } finally {
      await rig.close()
    }
  }

  it('do not fail them while others get the email', async () => {
    expect(await sendTo({ two: denied, three: '550 5.1.1 unknown' })).toMatchObject({
      kind: 'sent',
      refused: [
        { address: 'two@there.test', kind: 'deferred', reason: denied },
        { address: 'three@there.test', kind: 'rejected' },
      ],
    })
  })

  it('do not block where others were refused for their own sake', async () => {
    expect(await sendTo({ one: '550 5.1.1 unknown', '@there': denied })).toMatchObject({
      kind: 'deferred',
      refused: [{ kind: 'rejected' }, { kind: 'deferred' }, { kind: 'deferred' }],
    })
  })

  it('block when all hear them', async () => {
    expect(await sendTo({ '@': denied })).toEqual({
      kind: 'blocked',
      doubtful: true,
      reason: denied,
    })
  })

  it('block where one of them is beyond doubt and no one gets the email', async () => {
    const reason = '550 5.7.1 Authentication required'
    const replies = { one: '550 5.1.1 unknown', two: reason, three: '450 later' }
    expect(await sendTo(replies)).toEqual({ kind: 'blocked', reason })
  })
})
