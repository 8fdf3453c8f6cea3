import { afterEach, beforeEach, expect, it } from 'vitest'
import { json, type AwsCall, type AwsFault } from '../../remote/aws-front.ts'
import { onAws } from './emulated.ts'
import { wholeAws, type WholeAws } from './whole.ts'

const [ann, bob] = ['ann@there.test', 'bob@there.test'] as const

onAws('who is suppressed, on AWS', (aws) => {
  let whole: WholeAws
  beforeEach(async () => {
    whole = await wholeAws(await aws.virtual())
    const place = { project: 'default', address: bob }
    await whole.backend.suppressions.add(place, { reason: 'bounce', at: 1, by: 'test' })
  })
  afterEach(() => whole.close())

  const isQuestion = ({ operation }: AwsCall) => operation === 'BatchGetItem'
  const leftTo = () => whole.smtp.emails.flatMap(({ to }) => to)
  const toBoth = { to: [{ address: bob }, { address: ann }] }

  it('is asked before each email, with a read that sees every write before it', async () => {
    await whole.accept(toBoth)
    await whole.drain()
    expect(leftTo()).toEqual([ann])
    const asked = whole.front.calls.filter(isQuestion)
    expect(JSON.stringify(asked.map(({ input }) => input))).toContain('"ConsistentRead":true')
  })

  it.each<[string, (call: AwsCall) => AwsFault]>([
    ['refuses', () => ({ kind: 'refuse', status: 400, code: 'AccessDeniedException' })],
    ['throttles', () => ({ kind: 'refuse', status: 400, code: 'ThrottlingException' })],
    ['breaks the connection', () => ({ kind: 'reset', when: 'after' })],
    ['cuts its answer short', () => ({ kind: 'cut' })],
    [
      'answers a part',
      ({ input }) => ({
        kind: 'instead',
        answer: json({ Responses: {}, UnprocessedKeys: input['RequestItems'] }),
      }),
    ],
  ])(
    'goes to no one while the table %s, and to the others then',
    { timeout: 120_000 },
    async (_, fault) => {
      const id = await whole.accept(toBoth)
      whole.front.meddle = (call) => (isQuestion(call) ? fault(call) : undefined)
      await whole.drain()
      expect(whole.front.calls.filter(isQuestion).length).toBeGreaterThan(0)
      expect([whole.smtp.emails, (await whole.email(id))!.state]).toEqual([[], 'queued'])
      whole.front.meddle = () => undefined
      await whole.pass(3_600_000)
      await whole.drain()
      expect(leftTo()).toEqual([ann])
      expect((await whole.email(id))!.recipients.map(({ state }) => state)).toEqual([
        'suppressed',
        'sent',
      ])
    },
  )
})
