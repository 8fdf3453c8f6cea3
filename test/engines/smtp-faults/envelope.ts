import { expect } from 'vitest'
import type { Step } from '../../remote/smtp-script.ts'
import type { Fault, Faults } from './fault.ts'

const three = { to: ['one@example.test', 'two@example.test', 'three@example.test'] }

/** Answers about single recipients; yes to all others. */
function about(replies: Record<string, string>): Step {
  return ({ line }) => Object.entries(replies).find(([name]) => line.includes(`<${name}@`))?.[1]
}

export const envelope: Faults = {
  'mail: 451': { script: { mail: '451 4.3.0 later' }, outcome: { kind: 'deferred' } },
  'mail: 550 sender refused': {
    script: { mail: '550 5.7.1 not this sender' },
    outcome: { kind: 'rejected', reason: '550 5.7.1 not this sender' },
  },
  'mail: 552 size': {
    script: { mail: '552 5.3.4 too big' },
    outcome: { kind: 'rejected', reason: '552 5.3.4 too big' },
    and: ({ server }) => expect(server.bytes.toString()).not.toContain('Subject:'),
  },
  'mail: connection closed': {
    script: { mail: { then: 'close' } },
    outcome: { kind: 'deferred' },
  },

  'rcpt: 450 4.7.1 greylisting': {
    // When it is tried again is the queue's concern; the engine must name the recipient.
    parts: three,
    script: { rcpt: about({ two: '450 4.7.1 greylisted' }) },
    outcome: {
      kind: 'sent',
      refused: [{ address: 'two@example.test', kind: 'deferred', reason: '450 4.7.1 greylisted' }],
    },
  },
  'rcpt: 452 too many recipients': [
    ...[
      '452 4.5.3 too many',
      '552 too many',
      '452 too many',
      '451 4.5.3 enough',
      '550 5.5.3 no',
    ].map((reply): Fault => ({
      // The new transaction for the rest begins at once: test/mail/deliver.
      parts: three,
      script: { rcpt: about({ two: reply, three: reply }) },
      outcome: {
        kind: 'sent',
        refused: ['two@example.test', 'three@example.test'].map((address) => ({
          ...{ address, kind: 'deferred' as const, reason: reply },
          atOnce: true,
        })),
      },
    })),
    ...['452 4.2.2 mailbox full', '452 4.3.1 disk full', '450 too busy'].map((reply): Fault => ({
      parts: three,
      script: { rcpt: about({ two: reply }) },
      outcome: { kind: 'sent' },
      and: (_, outcome) =>
        expect(outcome).toHaveProperty('refused', [
          { address: 'two@example.test', kind: 'deferred', reason: reply },
        ]),
    })),
  ],
  'rcpt: 550 5.1.1': {
    parts: three,
    script: { rcpt: about({ one: '550 5.1.1 no such user' }) },
    outcome: {
      kind: 'sent',
      refused: [
        { address: 'one@example.test', kind: 'rejected', reason: '550 5.1.1 no such user' },
      ],
    },
    and: ({ server }) =>
      expect(server.emails[0]?.to).toEqual(['two@example.test', 'three@example.test']),
  },
  'rcpt: mix 250 + 450 + 550': [[], ['PIPELINING']].map((extensions) => ({
    parts: three,
    script: { extensions, rcpt: about({ two: '450 4.2.0 busy', three: '550 5.1.1 unknown' }) },
    outcome: {
      kind: 'sent' as const,
      refused: [
        { address: 'two@example.test', kind: 'deferred', reason: '450 4.2.0 busy' },
        { address: 'three@example.test', kind: 'rejected', reason: '550 5.1.1 unknown' },
      ] as const,
    },
    and: ({ server }) => expect(server.emails[0]?.to).toEqual(['one@example.test']),
  })),
  'rcpt: 421 in the middle': [[], ['PIPELINING']].map((extensions) => ({
    parts: three,
    script: { extensions, rcpt: about({ two: '421 4.3.2 shutting down' }) },
    outcome: { kind: 'deferred' as const, reason: '421 4.3.2 shutting down' },
    and({ server }, outcome) {
      expect(outcome).not.toHaveProperty('refused')
      expect(server.bytes.toString()).not.toContain('Subject:')
    },
  })),
  'rcpt: 551/252 odd codes': {
    // 551 (moved) is a no for good; 251 and 252 are a yes. See docs/decisions/0003-smtp-client.md.
    parts: three,
    script: { rcpt: about({ one: '551 try elsewhere', two: '252 will try', three: '251 moved' }) },
    outcome: {
      kind: 'sent',
      refused: [{ address: 'one@example.test', kind: 'rejected', reason: '551 try elsewhere' }],
    },
  },
  'rcpt: all refused': [
    {
      parts: three,
      script: { extensions: [], rcpt: '550 5.1.1 unknown' },
      outcome: { kind: 'rejected', reason: '550 5.1.1 unknown' },
      and({ server }, outcome) {
        expect(outcome).toHaveProperty('refused.length', 3)
        expect(server.commands).not.toContain('DATA')
      },
    },
    {
      parts: three,
      script: { extensions: [], rcpt: about({ one: '550 no', two: '450 later', three: '550 no' }) },
      outcome: { kind: 'deferred', reason: '450 later' },
    },
    {
      // With PIPELINING the word DATA leaves before the answers are there, but no content does.
      parts: three,
      script: { extensions: ['PIPELINING'], rcpt: '550 5.1.1 unknown', data: '354 go ahead' },
      outcome: { kind: 'rejected' },
      and: ({ server }) => expect(server.bytes.toString()).not.toContain('Subject:'),
    },
  ],

  'data: 451 instead of 354': {
    parts: three,
    script: { data: '451 4.3.0 later', rcpt: about({ two: '550 5.1.1 unknown' }) },
    outcome: {
      kind: 'deferred',
      reason: '451 4.3.0 later',
      refused: [{ address: 'two@example.test', kind: 'rejected', reason: '550 5.1.1 unknown' }],
    },
  },
  'data: 554 instead of 354': {
    script: { data: '554 5.7.1 no' },
    outcome: { kind: 'rejected', reason: '554 5.7.1 no' },
  },
  'data: 421 + close': {
    script: { data: { say: '421 bye', then: 'close' } },
    outcome: { kind: 'deferred' },
  },
  'data: 354 for a refused sender (server confusion)': [
    {
      script: { mail: '550 5.7.1 not this sender', data: '354 go ahead' },
      outcome: { kind: 'rejected', reason: '550 5.7.1 not this sender' },
      async and({ server, send }) {
        expect(server.bytes.toString()).not.toContain('Subject:')
        server.script = {}
        expect(await send()).toMatchObject({ kind: 'sent' })
        expect(server.connections).toBe(2)
      },
    },
    {
      // A yes to DATA that is no go-ahead is the answer to something else.
      script: { data: '250 ok' },
      outcome: { kind: 'deferred', reason: 'the server did not ask for the content' },
      and: ({ server }) => expect(server.bytes.toString()).not.toContain('Subject:'),
    },
  ],
}
