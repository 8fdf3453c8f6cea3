import type { SQSRecord } from 'aws-lambda'
import { expect, it } from 'vitest'
import { attributeNames } from '../../backends/aws/queue/batches.ts'
import { messageGroup } from '../../backends/aws/queue/message-group.ts'
import { admission } from '../../functions/send/admission.ts'
import { newId } from '../../mail/email/id.ts'
import { virtualClock } from '../virtual-clock.ts'
import { aRecord } from './sqs-record.ts'

const late = 5_000

it('lets all of a batch in while no code waits, however much bulk it holds', () => {
  const { admit } = environment()
  expect(admit({ codes: 1, bulk: 9 })).toEqual({ codes: 1, bulk: 9, isShared: false })
  expect(admit({ bulk: 10 })).toEqual({ codes: 0, bulk: 10, isShared: false })
})

it.each<[string, ...Batch[]]>([
  ['too much bulk in each batch', { codes: 4, bulk: 6 }],
  ['batches of one stream alone', { codes: 10 }, { bulk: 10 }],
  ['little bulk, then much', { codes: 10 }, { codes: 10 }, { codes: 3, bulk: 7 }],
])('holds bulk to a fifth while codes wait: %s', (_, ...batches) => {
  const { admit } = environment()
  const total = { codes: 0, bulk: 0 }
  for (let n = 0; n < 300; n++) {
    const { codes, bulk } = admit({ waitedMs: late, ...batches[n % batches.length] })
    total.codes += codes
    total.bulk += bulk
  }
  expect(total.bulk / (total.codes + total.bulk)).toBeCloseTo(0.2, 2)
})

it('shares by the weights of the settings', () => {
  const { admit } = environment()
  const weights = { transactional: 1, bulk: 1 }
  expect(admit({ codes: 4, bulk: 6, waitedMs: late, weights })).toMatchObject({ codes: 4, bulk: 4 })
})

it('lends all to bulk again when no late code came for a while', async () => {
  const { admit, clock } = environment()
  expect(admit({ codes: 1, bulk: 9, waitedMs: late })).toMatchObject({ bulk: 0, isShared: true })
  await clock.advance(5_000)
  expect(admit({ bulk: 10 })).toMatchObject({ bulk: 0, isShared: true })
  await clock.advance(5_000)
  expect(admit({ bulk: 10 })).toMatchObject({ bulk: 10, isShared: false })
})

it.each([
  ['has come again: it waited for its server', { receives: 2 }],
  ['was put long before it is due', { dueIn: late }],
])('takes no code for late that %s', (_, change) => {
  const { admit } = environment()
  const batch: Batch = { codes: 1, bulk: 9, waitedMs: late, ...change }
  expect(admit(batch)).toMatchObject({ bulk: 9, isShared: false })
})

it('makes up for no more than 50 that bulk has not had', () => {
  const { admit } = environment()
  for (let n = 0; n < 100; n++) admit({ codes: 10, waitedMs: late })
  const had = Array.from({ length: 10 }, () => admit({ bulk: 10 }).bulk)
  expect(had.reduce((sum, one) => sum + one)).toBe(50)
})

interface Batch {
  readonly codes?: number
  readonly bulk?: number
  readonly waitedMs?: number
  readonly receives?: number
  /** From when it was put, in milliseconds. */
  readonly dueIn?: number
  readonly weights?: { transactional: number; bulk: number }
}

/** What one environment lets in of each batch that it gets. */
function environment() {
  const clock = virtualClock()
  const admitted = admission(clock)
  return {
    clock,
    admit: ({ codes = 0, bulk = 0, weights, ...how }: Batch) => {
      const of = (count: number, lane: string) =>
        Array.from({ length: count }, () => recordOf(lane, clock.now(), how))
      const [urgent, patient] = [of(codes, 'a.test'), of(bulk, 'bulk:a.test')]
      const { isIn, isShared } = admitted([...patient, ...urgent], weights)
      return { codes: urgent.filter(isIn).length, bulk: patient.filter(isIn).length, isShared }
    },
  }
}

function recordOf(lane: string, now: number, how: Batch): SQSRecord {
  const { waitedMs = 0, receives = 1, dueIn } = how
  const sentAt = now - waitedMs
  const record = aRecord('', { sentAt, receives })
  const attribute = (value: string) => ({ stringValue: value, dataType: 'String' })
  return {
    ...record,
    messageAttributes: {
      [attributeNames.group]: attribute(messageGroup({ id: newId(now), lane })),
      ...(dueIn !== undefined && { [attributeNames.dueAt]: attribute(`${sentAt + dueIn}`) }),
    },
  }
}
