import { expect } from 'vitest'
import { openSmtpRig } from '../smtp-rig.ts'
import type { SmtpRig } from '../smtp-rig.ts'
import type { Act, Script, Step } from '../../remote/smtp-script.ts'
import { untilSilence } from './fault.ts'
import type { Fault, Faults } from './fault.ts'

/** Sends one email, which is sent, and then the one that matters. */
async function second(rig: SmtpRig) {
  expect(await rig.send()).toMatchObject({ kind: 'sent' })
  return rig.send()
}

/** Takes one email on each connection; this is what the next one there meets. */
function onceOnly(end: string | Act): Step {
  return ({ connection, kept }) => (kept < connection ? undefined : end)
}

/** The second email meets a dead connection, and it does not show. */
function lostWhileIdle(script: Script): Fault {
  return {
    script,
    send: second,
    outcome: { kind: 'sent' },
    and({ server }) {
      expect(server.connections).toBe(2)
      expect(server.emails).toHaveLength(2)
    },
  }
}

/** The refusal stands whatever becomes of RSET, and the next email gets a new connection. */
function refusedThenReset(rset: Step): Fault {
  return {
    script: { rcpt: '550 5.1.1 unknown', rset },
    send: untilSilence,
    outcome: { kind: 'rejected' },
    async and({ server, send }) {
      server.script = {}
      expect(await send()).toMatchObject({ kind: 'sent' })
      expect(server.connections).toBe(2)
    },
  }
}

function onlyAbout(name: string, reply: string, others: string): Step {
  return ({ line }) => (line.includes(name) ? reply : others)
}

/** A server that says too much must not move a reply to where it means something else. */
function surplus(script: Script, kind: 'deferred' | 'ambiguous'): Fault {
  return {
    parts: { to: ['one@example.test', 'two@example.test'] },
    script,
    outcome: { kind },
    and: ({ server }) => expect(server.emails).toHaveLength(kind === 'deferred' ? 0 : 1),
  }
}

export const connections: Faults = {
  'quit: no answer': { script: { quit: {} }, outcome: { kind: 'sent' } },

  'reuse: idle connection closed by server (421)': [
    lostWhileIdle({ dot: { say: '250 ok\r\n421 4.4.2 idle', then: 'close' } }),
    lostWhileIdle({ mail: onceOnly('421 4.4.2 idle') }),
    lostWhileIdle({ mail: onceOnly({ then: 'close' }) }),
    lostWhileIdle({ mail: onceOnly({ then: 'reset' }) }),
  ],
  'reuse: RSET refused': [refusedThenReset('502 5.5.1 what?'), refusedThenReset({})],
  'reuse: server limits 1 message per connection': {
    script: { mail: onceOnly('421 only one') },
    async send(rig) {
      await second(rig)
      return rig.send()
    },
    outcome: { kind: 'sent' },
    and({ server }) {
      expect(server.emails).toHaveLength(3)
      expect(server.connections).toBe(3)
    },
  },

  'pipelining: replies coalesced / split at every byte': [
    { script: { chop: true }, outcome: { kind: 'sent' } },
    { script: { chop: true, extensions: [] }, outcome: { kind: 'sent' } },
    {
      script: {
        mail: { raw: '' },
        rcpt: { raw: '' },
        data: '354 go ahead',
        extensions: ['PIPELINING'],
      },
      send({ server, send }) {
        // All replies to the envelope in one segment.
        server.script = { ...server.script, data: '250 ok\r\n250 ok\r\n354 go ahead' }
        return send()
      },
      outcome: { kind: 'sent' },
    },
  ],
  'pipelining: extra unsolicited reply before the expected one': [
    surplus({ mail: '250 ok\r\n250 ok', extensions: [] }, 'deferred'),
    surplus({ rcpt: '250 ok\r\n250 ok', extensions: [] }, 'deferred'),
    surplus({ rcpt: '250 ok\r\n550 no', extensions: [] }, 'deferred'),
    surplus({ mail: '250 ok\r\n550 no' }, 'deferred'),
    surplus({ rcpt: '250 ok\r\n550 no' }, 'deferred'),
    // Too slow to be seen at once: only the answer to RSET shows what had happened.
    surplus({ chop: true, rcpt: onlyAbout('one', '250 ok\r\n250 ok', '550 no') }, 'deferred'),
    surplus({ data: '354 go ahead\r\n250 ok' }, 'deferred'),
    surplus({ data: '250 ok\r\n354 go ahead' }, 'deferred'),
    surplus({ dot: '250 ok\r\n554 no' }, 'ambiguous'),
    surplus({ dot: { say: '554 no\r\n250 ok', keep: true } }, 'ambiguous'),
  ],

  'load: server accepts 1 connection at a time (others 421)': {
    async send({ server, send }) {
      server.script = {
        greeting: () =>
          server.connected > 1 ? { say: '421 one at a time', then: 'close' } : undefined,
      }
      const outcomes = await Promise.all(Array.from({ length: 30 }, () => send()))
      return outcomes.find(({ kind }) => kind !== 'sent') ?? outcomes[0]!
    },
    outcome: { kind: 'sent' },
    and({ server }) {
      expect(server.emails).toHaveLength(30)
      // It asked once for each, and left it at the one it got.
      expect(server.connections).toBeLessThanOrEqual(30)
    },
  },
  'load: every RCPT 2 s (tarpit)': {
    // Fairness among emails is the queue's; the engine must not let one server hold up another.
    script: { rcpt: { wait: true, say: '250 ok' } },
    async send({ server, send }) {
      const slow = send()
      const other = await openSmtpRig()
      expect(await other.send()).toMatchObject({ kind: 'sent' })
      await other.close()
      server.events.on('wait', () => server.release())
      server.release()
      return slow
    },
    outcome: { kind: 'sent' },
  },
}
