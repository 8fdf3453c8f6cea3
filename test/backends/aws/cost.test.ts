import { expect, it } from 'vitest'
import { countBatchOfTen, plainEmail, type Counts } from './counting.ts'
import { emailLines, perMillion } from '../../../bench/email-cost.ts'
import { onAws } from './emulated.ts'

onAws('what an email costs on AWS', () => {
  let counts: Counts

  it('is at most four write units, one put on the queue and no object', async () => {
    counts = await countBatchOfTen()
    expect(counts.writeUnits / counts.emails).toBeLessThanOrEqual(4)
    expect(counts.calls['sqs SendMessageBatch']! / counts.emails).toBe(1)
    expect(counts.itemBytes).toBeLessThan(900)
    expect(counts.s3Calls).toBe(0)
    expect(counts.ssmCalls).toBe(0)
  }, 60_000)

  it('is at most five dollars a million, and a quarter for asking who is suppressed', () => {
    // As test/bench/monthly-cost.test.ts finds them in the template.
    const place = { memory: { api: 0.5, send: 0.5, notify: 0.25 }, accessLineBytes: 161 }
    expect(perMillion(emailLines(counts, place))).toBeLessThanOrEqual(5.25)
  })

  it('is three writes to the table, and three questions: whose key, how the engine stands, who is suppressed', () => {
    // Two may be answered as they were a moment ago, for half a unit; the third is about two places.
    expect(counts.readUnits / counts.emails).toBe(3)
    expect(counts.calls).toEqual({
      'dynamodb PutItem': 10,
      'dynamodb UpdateItem': 20,
      'dynamodb GetItem': 20,
      'dynamodb BatchGetItem': 10,
      'sqs SendMessageBatch': 10,
    })
  })

  it('is what the parts add: a recipient more is a unit more, a large content an object', async () => {
    const text = 'x'.repeat(300_000)
    const content = { kind: 'structured', text, headers: {}, attachments: [] } as const
    const to = [{ address: 'a@customer.example' }, { address: 'b@customer.example' }]
    const more = await countBatchOfTen({ ...plainEmail, to, content })
    expect(more.writeUnits / more.emails).toBe(5)
    expect(more.calls).toMatchObject({ 's3 PutObject': 10, 's3 GetObject': 10 })
  }, 60_000)
})
