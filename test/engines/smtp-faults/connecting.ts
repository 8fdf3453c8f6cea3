import { expect } from 'vitest'
import type { LookupFunction } from 'node:net'
import { openDeafListener } from '../../remote/deaf-listener.ts'
import { openSmtpEngine } from '../smtp-rig.ts'
import { testParcel } from '../../parcels.ts'
import { untilSilence } from './fault.ts'
import type { Faults } from './fault.ts'

const manyLines = Array.from({ length: 10_000 }, (_, i) => `X-NOTHING-${i}`)

export const connecting: Faults = {
  'connect: refused': {
    async send(rig) {
      await rig.server.close()
      return rig.send()
    },
    outcome: { kind: 'deferred' },
  },
  'connect: SYN dropped (no answer)': {
    async send() {
      const listener = await openDeafListener()
      const { engine } = openSmtpEngine({ host: '127.0.0.1', port: listener.port })
      try {
        return await engine.send(testParcel(), AbortSignal.timeout(100))
      } finally {
        await listener.close()
      }
    },
    outcome: { kind: 'deferred' },
  },
  'connect: DNS NXDOMAIN of configured relay': {
    smtp: { host: 'relay.example.test' },
    lookup: failingLookup('ENOTFOUND'),
    outcome: { kind: 'blocked', reason: expect.stringContaining('ENOTFOUND') as string },
  },
  'connect: DNS SERVFAIL / timeout': {
    smtp: { host: 'relay.example.test' },
    lookup: failingLookup('EAI_AGAIN'),
    outcome: { kind: 'deferred' },
  },
  'connect: first A/AAAA dead, second alive': {
    smtp: { host: 'relay.example.test' },
    lookup: lookupOf('127.0.0.2', '127.0.0.1'),
    outcome: { kind: 'sent' },
  },

  'greeting: 421': { script: { greeting: '421 busy' }, outcome: { kind: 'deferred' } },
  'greeting: 554': {
    script: { greeting: '554 5.7.1 you are listed' },
    outcome: { kind: 'blocked', reason: 'greeting refused: 554 5.7.1 you are listed' },
  },
  'greeting: no banner': {
    script: { greeting: {} },
    send: untilSilence,
    outcome: { kind: 'deferred', reason: expect.stringMatching(/in time$/) as string },
  },
  'greeting: banner 1 byte every 10 s (slow-loris)': {
    // One byte has come when the total deadline ends it: bytes do not prolong it.
    script: { greeting: { raw: '2' } },
    send: untilSilence,
    outcome: { kind: 'deferred' },
  },
  'greeting: endless banner without newline (10 MB)': {
    script: { greeting: { raw: Buffer.alloc(10_000_000, 'x') } },
    outcome: { kind: 'deferred', reason: expect.stringContaining('exceeds') as string },
  },
  'greeting: multiline 220-': {
    script: { greeting: '220-one\r\n220-two\r\n220 three' },
    outcome: { kind: 'sent' },
  },
  'greeting: garbage / HTTP response': [
    { script: { greeting: 'HTTP/1.1 400 Bad Request' }, outcome: { kind: 'deferred' } },
    { script: { greeting: { raw: '\0\xff\n\n', then: 'close' } }, outcome: { kind: 'deferred' } },
  ],

  'ehlo: 502 then HELO ok': {
    script: { ehlo: '502 5.5.1 what?' },
    outcome: { kind: 'sent' },
    and: ({ server }) => expect(server.commands[1]).toMatch(/^HELO /),
  },
  'ehlo: 421': { script: { ehlo: '421 busy' }, outcome: { kind: 'deferred' } },
  'ehlo: no SIZE / 8BITMIME / SMTPUTF8 / PIPELINING / ENHANCEDSTATUSCODES': [
    {
      script: { extensions: [] },
      outcome: { kind: 'sent' },
      and: ({ server }) => expect(server.commands).toContain('MAIL FROM:<ann@own.test>'),
    },
    {
      script: { extensions: [] },
      parts: { to: ['grün@example.test'] },
      outcome: { kind: 'rejected', reason: expect.stringContaining('SMTPUTF8') as string },
      and: ({ server }) => expect(server.commands).not.toContain('MAIL FROM:<ann@own.test>'),
    },
  ],
  'ehlo: SIZE smaller than message': {
    script: { extensions: ['SIZE 100'] },
    outcome: { kind: 'rejected', reason: expect.stringContaining('100 at most') as string },
    and: ({ server }) => expect(server.commands.join()).not.toContain('MAIL'),
  },
  'ehlo: 10 000 capability lines': {
    script: { extensions: manyLines },
    outcome: { kind: 'deferred' },
    and: ({ server }) => expect(server.commands.join()).not.toContain('MAIL'),
  },
}

function failingLookup(code: string): LookupFunction {
  return (hostname, _options, callback) => {
    const error = new Error(`getaddrinfo ${code} ${hostname}`)
    setImmediate(() => callback(Object.assign(error, { code, syscall: 'getaddrinfo' }), []))
  }
}

function lookupOf(...addresses: string[]): LookupFunction {
  return (_hostname, _options, callback) =>
    setImmediate(() =>
      callback(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      ),
    )
}
