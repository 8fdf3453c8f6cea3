import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import PostalMime from 'postal-mime'
import { sendmailEngine } from '../../engines/sendmail.ts'
import type { Outcome } from '../../mail/email/outcome.ts'
import type { Engine } from '../../mail/ports/engine.ts'
import type { VirtualClock } from '../virtual-clock.ts'
import { testEngine, type FakeRemote, type Received } from '../conformance/engine.ts'
import { engineContext } from './engine-context.ts'
import { testParcel } from '../parcels.ts'
import { fakeSendmail, type FakeSendmail, type Run } from '../remote/fake-sendmail.ts'

testEngine(
  'sendmail',
  async () => {
    const program = fakeSendmail()
    return {
      engine: sendmailEngine(engineContext({ deployed: { sendmailPath: program.path } })),
      remote: remoteOf(program),
      secrets: [],
      hangIs: 'ambiguous' as const,
      close: async () => program.close(),
    }
  },
  {
    skip: {
      'gives up verifying a hanging remote when the signal aborts':
        'verifying looks at a file and runs nothing',
    },
  },
)

function remoteOf(program: FakeSendmail): FakeRemote {
  const play = (behaviour: Parameters<FakeSendmail['behave']>[0]) => {
    program.allow(true)
    program.behave(behaviour)
  }
  return {
    accept: () => play('accept'),
    refuse: () => play({ code: 67, words: 'no such user' }),
    fail: () => play({ code: 75, words: 'queue is busy' }),
    deny: () => program.allow(false),
    hang() {
      play('hang')
      return program.stuck()
    },
    drop: () => play('drop'),
    received: () => Promise.all(program.runs.filter(({ input }) => input).map(receivedOf)),
    get attempts() {
      return program.runs.length
    },
  }
}

/** As a mail system takes it: the bare line ends of Unix are CRLF on the wire. */
async function receivedOf({ args, input = Buffer.alloc(0) }: Run): Promise<Received> {
  const content = Buffer.from(input.toString('latin1').replaceAll('\n', '\r\n'), 'latin1')
  const { subject = '', text = '' } = await PostalMime.parse(content)
  const from = args[args.indexOf('-f') + 1]!.replace('<>', '')
  const to = args.slice(args.indexOf('--') + 1)
  return { from, to, content, subject, text, visible: content.toString() }
}

describe('the sendmail engine', () => {
  let program: FakeSendmail
  let engine: Engine
  let clock: VirtualClock

  beforeEach(() => {
    program = fakeSendmail()
    const context = engineContext({ deployed: { sendmailPath: program.path } })
    clock = context.clock
    engine = sendmailEngine(context)
  })
  afterEach(() => program.close())

  const send = (
    parts: Parameters<typeof testParcel>[0] = {},
    signal = new AbortController().signal,
  ) => engine.send(testParcel(parts), signal)

  /** More than any pipe holds. */
  const large = { text: `${'x'.repeat(70)}\n`.repeat(50_000) }

  it('runs the program with fixed arguments, the recipients behind the end of options', async () => {
    await send({ to: ['bob@example.test', 'cid@example.test'] })
    expect(program.runs[0]!.args).toEqual([
      ...['-i', '-f', 'ann@own.test', '--', 'bob@example.test', 'cid@example.test'],
    ])
  })

  it('names the empty envelope sender as mail systems do', async () => {
    await send({ envelopeFrom: '' })
    expect(program.runs[0]!.args.slice(0, 4)).toEqual(['-i', '-f', '<>', '--'])
  })

  it.each([
    '-oQ/tmp@example.test',
    'a b@example.test',
    'a\n@example.test',
    'a\u0085@example.test',
    '',
  ])('runs nothing for the recipient %j', async (address) => {
    const outcome = await send({ bcc: [address] })
    expect(outcome).toEqual({
      kind: 'rejected',
      reason: 'recipient 2 cannot be used on a command line',
    })
    expect(program.runs).toEqual([])
  })

  it.each(['-X/tmp/log@own.test', 'a b@own.test'])(
    'runs nothing for the sender %j',
    async (from) => {
      expect(await send({ envelopeFrom: from })).toMatchObject({ kind: 'rejected' })
      expect(program.runs).toEqual([])
    },
  )

  it('gives the program nothing of our environment but a path', async () => {
    process.env['POSTERN_TEST_SECRET'] = 'never-told'
    await send()
    delete process.env['POSTERN_TEST_SECRET']
    // The shell that the fake runs in adds these itself.
    const own = /^(PATH|PWD|OLDPWD|SHLVL|_)=/
    const given = program.runs[0]!.environment.trim().split('\n')
    expect(given.filter((line) => !own.test(line))).toEqual([])
    expect(given.join()).not.toContain('never-told')
  })

  it('hands over lines that end in LF and changes nothing else', async () => {
    const bytes = Buffer.from('Subject: x\r\n\r\n.\r\n\xe9\r\n..\r\n', 'latin1')
    await send({ bytes })
    expect(program.runs[0]!.input).toEqual(Buffer.from('Subject: x\n\n.\n\xe9\n..\n', 'latin1'))
  })

  it.each([
    [64, 'blocked'],
    [65, 'rejected'],
    [66, 'blocked'],
    [67, 'rejected'],
    [68, 'rejected'],
    [69, 'deferred'],
    [70, 'deferred'],
    [71, 'deferred'],
    [72, 'blocked'],
    [73, 'blocked'],
    [74, 'deferred'],
    [75, 'deferred'],
    [76, 'deferred'],
    [77, 'blocked'],
    [78, 'blocked'],
    [1, 'deferred'],
    [126, 'blocked'],
    [127, 'blocked'],
  ])('takes exit code %i for %s, with the words of the program', async (code, kind) => {
    program.behave({ code, words: 'because I said so' })
    const outcome = await send()
    expect(outcome).toMatchObject({ kind, reason: expect.stringContaining('because I') as unknown })
  })

  it.each([
    ['554 5.7.1 <bob@example.test>: Relay access denied', { kind: 'blocked', doubtful: true }],
    ['550 relay not permitted', { kind: 'blocked', doubtful: true }],
    ['550-5.4.5 Daily user sending quota exceeded - gsmtp', { kind: 'blocked', doubtful: false }],
    ['450 4.7.1 Greylisted', { kind: 'deferred' }],
    ['550 5.1.1 unknown user', { kind: 'rejected' }],
  ])('reads what msmtp repeats of a server: %s', async (reply, expected) => {
    const words = `msmtp: recipient address bob@example.test not accepted by the server
msmtp: server message: ${reply}
msmtp: could not send mail (account default from /etc/msmtprc)`
    program.behave({ code: 65, words })
    const outcome = await send()
    expect(outcome).toMatchObject(expected)
    expect(outcome.reason).toMatch(/^exit code 65: msmtp: recipient address .* not accepted/)
  })

  it('tells a program that is not there as blocked', async () => {
    const absent = sendmailEngine(
      engineContext({ deployed: { sendmailPath: `${program.path}-not-there` } }),
    )
    const outcome = await absent.send(testParcel(), new AbortController().signal)
    expect(outcome).toEqual({
      kind: 'blocked',
      reason: 'the program could not be started: ENOENT',
    })
    expect(await absent.verify(new AbortController().signal)).toMatchObject({ valid: false })
  })

  it('does not take a directory for a program', async () => {
    const directory = sendmailEngine(engineContext({ deployed: { sendmailPath: '/tmp' } }))
    expect(await directory.verify(new AbortController().signal)).toEqual({
      valid: false,
      reason: '/tmp is not a program',
    })
  })

  it('proves that nothing was taken when the program read only a part before the deadline', async () => {
    program.behave('ignore')
    const abort = new AbortController()
    void program.stuck().then(() => abort.abort())
    expect(await send(large, abort.signal)).toMatchObject({ kind: 'deferred' })
  })

  it('is in doubt when the program had the whole email before the deadline', async () => {
    program.behave('hang')
    const abort = new AbortController()
    void program.stuck().then(() => abort.abort())
    expect(await send(large, abort.signal)).toMatchObject({ kind: 'ambiguous' })
  })

  it('gives up a program after a quarter of an hour', async () => {
    program.behave('hang')
    let outcome: Outcome | undefined
    const sending = send(large).then((told) => (outcome = told))
    await program.stuck()
    await clock.advance(899_999)
    expect(outcome).toBeUndefined()
    await clock.advance(1)
    expect(await sending).toMatchObject({ kind: 'ambiguous' })
  })

  it('does not believe a yes to an email that was not read', async () => {
    program.behave('skip')
    expect(await send(large)).toMatchObject({ kind: 'blocked' })
  })

  it('survives a program that stops reading and says why', async () => {
    program.behave({ code: 65, reads: false })
    expect(await send(large)).toMatchObject({ kind: 'rejected' })
  })

  it('keeps a bounded part of what a talkative program says', async () => {
    program.behave({ code: 75, words: 'blah '.repeat(20_000) })
    const { reason = '' } = await send()
    expect(reason.length).toBeLessThanOrEqual(500)
  })
})
