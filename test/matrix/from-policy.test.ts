import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Mailbox } from '../../mail/email/address.ts'
import type { Sender } from '../../mail/email/email.ts'
import { emailRequest } from '../open-postern.ts'
import { matrixEngines, openHouse, type House, type MatrixEngine } from './houses.ts'

const own = { address: 'no-reply@own.test', name: 'Own' }
const ann = { address: 'ann@caller.test', name: 'Ann' }
const annAsOwn = { address: own.address, name: 'Ann' }
const desk = { address: 'desk@caller.test', name: 'Desk' }
const standing = { address: 'standing@own.test' }

/** What the caller may put in From. */
const callers: Readonly<Record<string, Sender>> = {
  nothing: {},
  'a name alone': { name: 'Ann' },
  'another address': ann,
  'the default address': annAsOwn,
}

interface Expected {
  readonly from: Mailbox
  readonly sender?: Mailbox
  readonly envelopeFrom: string
  /** Where the caller gives none and the settings have none. */
  readonly replyTo?: Mailbox
}

const asOwn = { from: own, envelopeFrom: own.address }
const asAnnOfOwn = { from: annAsOwn, envelopeFrom: own.address }

const expected: Readonly<Record<string, Readonly<Record<string, Expected>>>> = {
  caller: {
    nothing: asOwn,
    'a name alone': asAnnOfOwn,
    'another address': { from: ann, envelopeFrom: ann.address },
    'the default address': asAnnOfOwn,
  },
  onBehalf: {
    nothing: asOwn,
    'a name alone': asAnnOfOwn,
    'another address': { from: ann, sender: own, envelopeFrom: own.address },
    'the default address': asAnnOfOwn,
  },
  default: {
    nothing: asOwn,
    'a name alone': asAnnOfOwn,
    'another address': { ...asOwn, replyTo: ann },
    'the default address': asOwn,
  },
}

interface Row {
  readonly policy: string
  readonly caller: string
  readonly replyTo: 'none' | 'its own' | 'that of the settings'
}

const rows = Object.entries(expected).flatMap(([policy, cases]) =>
  Object.keys(cases).flatMap((caller) =>
    (['none', 'its own', 'that of the settings'] as const).map((replyTo) => ({
      policy,
      caller,
      replyTo,
    })),
  ),
)

/** SendGrid chooses MAIL FROM itself and is told nothing of it; a capture keeps no sender. */
const tellsNoEnvelopeSender = new Set<MatrixEngine>([
  'sendgrid',
  'resend',
  'postmark',
  'mailgun',
  'noop',
])

describe.each(matrixEngines)('the From policy on the wire of %s', (engine) => {
  let house: House
  beforeAll(async () => {
    house = await openHouse(engine)
  })
  afterAll(() => house.close())

  it.each(rows)('$policy, From is $caller, Reply-To is $replyTo', async (row) => {
    await house.configure({
      from: own,
      fromPolicy: row.policy,
      replyTo: row.replyTo === 'that of the settings' ? standing.address : null,
    })
    const replyTo = row.replyTo === 'its own' ? [desk] : []
    await house.send(emailRequest({ from: callers[row.caller]!, replyTo }))
    const { from, sender, replyTo: found, envelopeFrom } = (await house.left()).at(-1)!
    const wanted = expected[row.policy]![row.caller]!
    expect({ from, sender, envelopeFrom, replyTo: found }).toEqual({
      from: wanted.from,
      sender: wanted.sender,
      envelopeFrom: tellsNoEnvelopeSender.has(engine) ? undefined : wanted.envelopeFrom,
      replyTo: replyToOf(row, wanted),
    })
  })

  it('has left once for every row', async () => {
    expect(await house.left()).toHaveLength(rows.length)
  })
})

/** The caller's own, then the caller whom the policy replaced, then that of the settings. */
function replyToOf({ replyTo }: Row, wanted: Expected): Mailbox[] {
  if (replyTo === 'its own') return [desk]
  if (wanted.replyTo) return [wanted.replyTo]
  return replyTo === 'none' ? [] : [standing]
}
