import { once } from 'node:events'
import { expect } from 'vitest'
import type { SmtpRig } from '../smtp-rig.ts'
import { huge, untilSilence } from './fault.ts'
import type { Faults } from './fault.ts'

function expectKept(count: number) {
  return ({ server }: SmtpRig) => expect(server.emails).toHaveLength(count)
}

export const content: Faults = {
  'body: server stops reading (zero window)': [
    {
      parts: huge,
      script: { body: { after: 1 } },
      send: untilSilence,
      outcome: { kind: 'deferred' },
      and: expectKept(0),
    },
    // A small email has left as a whole long before it shows that it is never read.
    { script: { body: { after: 1 } }, send: untilSilence, outcome: { kind: 'ambiguous' } },
  ],
  'body: RST in the middle': [
    {
      parts: huge,
      script: { body: { after: 500_000, then: 'reset' } },
      outcome: { kind: 'deferred' },
      and: expectKept(0),
    },
    { script: { dot: { then: 'reset' } }, outcome: { kind: 'ambiguous' } },
  ],
  'body: early 552 while sending': [
    {
      parts: huge,
      script: { body: { after: 500_000, say: '552 5.3.4 too big' } },
      outcome: { kind: 'rejected', reason: '552 5.3.4 too big' },
    },
    {
      // A yes to half an email is no yes.
      parts: huge,
      script: { body: { after: 500_000, say: '250 ok' } },
      outcome: { kind: 'deferred' },
      and: expectKept(0),
    },
  ],

  'dot: 250': {
    script: { dot: '250 2.0.0 Ok: queued as 4F1XyZ9' },
    outcome: { kind: 'sent', remoteId: '4F1XyZ9', reason: '250 2.0.0 Ok: queued as 4F1XyZ9' },
    and: expectKept(1),
  },
  'dot: 250 multi-line, 250 without text, "250" only': [
    {
      script: { dot: '250-2.0.0 one\r\n250 2.0.0 two' },
      outcome: { kind: 'sent', reason: '250 2.0.0 one 2.0.0 two' },
    },
    { script: { dot: '250 ' }, outcome: { kind: 'sent' } },
    { script: { dot: '250' }, outcome: { kind: 'sent' } },
  ],
  'dot: 451': { script: { dot: '451 4.3.0 later' }, outcome: { kind: 'deferred' } },
  'dot: 554 content refused': {
    script: { dot: '554 5.7.1 looks like spam' },
    outcome: { kind: 'rejected', reason: '554 5.7.1 looks like spam' },
  },
  'dot: 421 after storing nothing': {
    script: { dot: { say: '421 4.3.2 bye', then: 'close' } },
    outcome: { kind: 'deferred' },
  },
  'dot: connection dropped BEFORE storing': {
    script: { dot: { then: 'close' } },
    outcome: { kind: 'ambiguous' },
    and: expectKept(0),
  },
  'dot: connection dropped AFTER storing (no reply)': {
    script: { dot: { then: 'close', keep: true } },
    outcome: { kind: 'ambiguous' },
    and: expectKept(1),
  },
  'dot: reply delayed past the deadline after storing': {
    script: { dot: { wait: true, say: '250 ok' } },
    async send({ server, send }) {
      const abort = new AbortController()
      void once(server.events, 'wait').then(() => abort.abort())
      return send({}, abort.signal)
    },
    outcome: { kind: 'ambiguous', reason: 'no answer to the content in time' },
    and: expectKept(1),
  },
  'dot: half reply "25" then close': ['25', '250', '250 o', '250-ok\r\n', '554 no'].map((raw) => ({
    script: { dot: { raw, then: 'close' as const, keep: true as const } },
    outcome: { kind: 'ambiguous' as const },
  })),
  'dot: 250 then immediate RST': {
    script: { dot: { say: '250 ok', then: 'reset' } },
    outcome: { kind: 'sent' },
  },
  'dot: reply 1 MB long': [
    {
      script: { dot: `250 ${'x'.repeat(1_000_000)}` },
      outcome: { kind: 'sent', reason: `250 ${'x'.repeat(496)}` },
    },
    {
      script: { dot: `${'554-no\r\n'.repeat(130_000)}554 no` },
      outcome: { kind: 'rejected' },
      and: (_rig, { reason }) => expect(reason?.length).toBeLessThanOrEqual(500),
    },
    {
      script: { dot: { raw: `250 ${'x'.repeat(10_000_000)}\r\n` } },
      outcome: { kind: 'ambiguous' },
    },
  ],
  'dot: per-recipient replies (LMTP)': {
    // LMTP is not offered: the engine speaks no LHLO, and one reply is the answer for all.
    parts: { to: ['one@example.test', 'two@example.test'] },
    outcome: { kind: 'sent' },
    and: ({ server }) => expect(server.commands.join()).not.toContain('LHLO'),
  },
}
