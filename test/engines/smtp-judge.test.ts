import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { content, openDialogue } from '../../engines/smtp/dialogue.ts'
import type { CommandAndReply } from '../../engines/smtp/dialogue.ts'
import { judge } from '../../engines/smtp/judge.ts'
import { replyReader } from '../../engines/smtp/reply-reader.ts'

const recipients = ['one@example.test', 'two@example.test']

const code = fc.oneof(
  fc.constantFrom(250, 251, 354, 421, 450, 451, 452, 503, 530, 535, 550, 552, 554, 0),
  fc.integer({ min: 200, max: 599 }),
)
const reply = fc.option(
  code.map((code) => ({ code, text: `${code} words` })),
  { nil: undefined },
)

/** Any server at all, as far as it got before it fell silent or the connection was lost. */
const evidence = fc
  .record({
    replies: fc.array(reply, { minLength: 5, maxLength: 5 }),
    outOfStep: fc.boolean(),
    dotMayHaveLeft: fc.boolean(),
    loss: fc.option(fc.constant('lost'), { nil: undefined }),
  })
  .map(({ replies, outOfStep, ...rest }) => {
    const to = recipients.map((address) => `RCPT TO:<${address}>`)
    const commands = ['MAIL FROM:<ann@own.test>', ...to, 'DATA', content]
    const exchanges: CommandAndReply[] = commands.map((command, i) => ({
      command,
      reply: replies[i],
    }))
    return { recipients, dialogue: { outOfStep, exchanges }, ...rest }
  })

const property = (
  check: (given: typeof evidence extends fc.Arbitrary<infer T> ? T : never) => void,
) => fc.assert(fc.property(evidence, check), { numRuns: 5_000 })

describe('what the SMTP engine makes of a dialogue', () => {
  it('says sent only for a 2yz to the content, when the dot may have left and all is in step', () => {
    property((given) => {
      if (judge(given).kind !== 'sent') return
      const last = given.dialogue.exchanges.at(-1)?.reply?.code ?? 0
      expect([given.dotMayHaveLeft, given.dialogue.outOfStep]).toEqual([true, false])
      expect(Math.floor(last / 100)).toBe(2)
    })
  })

  it('never says that it is certain when it is not, nor that it is not when it is', () => {
    property((given) => {
      const answered = (given.dialogue.exchanges.at(-1)?.reply?.code ?? 0) >= 200
      const outcome = judge(given)
      if (!given.dotMayHaveLeft) expect(outcome.kind).not.toBe('ambiguous')
      else if (given.dialogue.outOfStep || !answered) expect(outcome.kind).toBe('ambiguous')
    })
  })

  it('never loses an email to a reply that is about us or about the session', () => {
    property((given) => {
      const codes = given.dialogue.exchanges.map(({ reply }) => reply?.code ?? 0)
      const refusals = codes.filter((one) => one >= 500)
      if (!refusals.every((one) => [500, 502, 503, 523, 530, 534, 535, 538].includes(one))) return
      // For a single recipient they are words about him.
      if (codes.slice(1, 3).some((one) => one >= 500)) return
      expect(judge(given).kind).not.toBe('rejected')
    })
  })

  it('speaks only of recipients of the envelope, of each at most once', () => {
    property((given) => {
      const outcome = judge(given)
      const named = 'refused' in outcome ? (outcome.refused ?? []) : []
      const addresses = named.map(({ address }) => address)
      expect(recipients.filter((address) => addresses.includes(address))).toEqual(addresses)
    })
  })

  it.each([
    ['250 2.0.0 Ok: queued as 4F1XyZ9', '4F1XyZ9'],
    ['250 OK id=1tXyZ9-000abc-7K', '1tXyZ9-000abc-7K'],
    [
      '250 Ok 0100018b5c3c0a4f-11111111-2222-3333-4444-555555555555-000000',
      '0100018b5c3c0a4f-11111111-2222-3333-4444-555555555555-000000',
    ],
    ['250 Ok thank you', undefined],
  ])("takes the server's name for the email out of %j", (text, remoteId) => {
    const exchanges = [{ command: content, reply: { code: 250, text } }]
    const dialogue = { outOfStep: false, exchanges }
    const outcome = judge({ dialogue, recipients, dotMayHaveLeft: true })
    expect(outcome).toMatchObject({ kind: 'sent', ...(remoteId && { remoteId }) })
    expect('remoteId' in outcome).toBe(remoteId !== undefined)
  })
})

describe('the replies of a server', () => {
  it('are the same however the bytes are cut', () => {
    const line = fc.constantFrom('250 ok', '250-more', '354 go', '421 bye', '', '250', 'garbage')
    const cut = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 })
    fc.assert(
      fc.property(fc.array(line), cut, (lines, lengths) => {
        const bytes = Buffer.from(lines.map((one) => `${one}\r\n`).join(''))
        const read = replyReader(1_000)
        const replies: string[] = []
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const length = lengths[i % lengths.length]!
          replies.push(...read(bytes.subarray(at, at + length)))
          at += length
        }
        const ends = lines.filter((one) => one !== '' && one !== '250-more')
        expect(replies.map((reply) => reply.split('\n').at(-1))).toEqual(ends)
      }),
    )
  })

  it('may be long, but not longer than allowed', () => {
    const read = replyReader(10)
    expect(read(Buffer.from('250 12345'))).toEqual([])
    expect(() => read(Buffer.from('67'))).toThrow('too much')
    expect(() => replyReader(10)(Buffer.from('250-\r\n250-\r\n250-\r\n'))).toThrow('too much')
  })

  it('are read as UTF-8, or byte by byte where they are not', () => {
    const read = replyReader(100)
    expect(read(Buffer.from('250 grün\r\n'))).toEqual(['250 grün'])
    expect(read(Buffer.from('250 grün\r\n', 'latin1'))).toEqual(['250 grün'])
  })

  it('show when there are more of them than there were commands', () => {
    const dialogue = openDialogue()
    dialogue.begin()
    dialogue.say('MAIL FROM:<>')
    dialogue.hear('250-one\n250 two')
    expect(dialogue.outOfStep).toBe(false)
    dialogue.hear('421 bye')
    expect(dialogue.outOfStep).toBe(false)
    dialogue.hear('250 three')
    expect(dialogue.outOfStep).toBe(true)
  })
})
