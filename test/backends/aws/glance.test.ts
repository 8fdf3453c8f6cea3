import { expect, it } from 'vitest'
import { makeApiKey } from '../../../mail/keys/api-keys.ts'
import { fullAccess } from '../../full-access.ts'
import type { AwsAnswer } from '../../remote/aws-front.ts'
import { onAws } from './emulated.ts'

/** DynamoDB where the copy that answers a cheap read is behind: it says what was there before. */
onAws('a table whose cheap reads are late', (aws) => {
  async function open() {
    const { backend, front, close } = await aws.virtual()
    const sayingLate = (before: object) => {
      front.meddle = ({ operation, input }) =>
        operation === 'GetItem' && input['ConsistentRead'] !== true
          ? { kind: 'answer', with: (answer): AwsAnswer => ({ ...answer, ...bodyOf(before) }) }
          : undefined
    }
    return { backend, sayingLate, front, close }
  }

  it('knows a key that was just made', async () => {
    const { backend, sayingLate, close } = await open()
    const { key } = makeApiKey(fullAccess, 0)
    await backend.keys.create(key)
    sayingLate({})
    expect(await backend.keys.findByHash(key.hash)).toMatchObject({ id: key.id })
    await close()
  })

  it('lets no email wait for a pause that is over', async () => {
    const { backend, sayingLate, front, close } = await open()
    await backend.standing.pause('smtp', 0, { at: 0, until: 1_000, reason: '535 no' })
    const { answer } = await lastRead(() => backend.standing.read('smtp'), front.calls)
    await backend.standing.resume('smtp')
    sayingLate(JSON.parse(answer!.body.toString()) as object)
    expect(await backend.standing.read('smtp')).toEqual({ pauses: 0 })
    await close()
  })

  it('misses the beginning of a pause, and does not shorten it', async () => {
    const { backend, sayingLate, front, close } = await open()
    await backend.standing.pause('smtp', 0, { at: 0, until: 9_000, reason: '535 no' })
    sayingLate({})
    const { pauses } = await backend.standing.read('smtp')
    expect(pauses).toBe(0)
    await backend.standing.pause('smtp', pauses, { at: 0, until: 1_000, reason: 'again' })
    front.meddle = () => undefined
    expect(await backend.standing.read('smtp')).toMatchObject({ pausedUntil: 9_000, pauses: 1 })
    await close()
  })
})

function bodyOf(output: object): Pick<AwsAnswer, 'body' | 'headers'> {
  const headers = { 'content-type': 'application/x-amz-json-1.0' }
  return { headers, body: Buffer.from(JSON.stringify(output)) }
}

async function lastRead<Call extends { readonly operation: string }>(
  read: () => Promise<unknown>,
  calls: readonly Call[],
): Promise<Call> {
  await read()
  return calls.findLast(({ operation }) => operation === 'GetItem')!
}
