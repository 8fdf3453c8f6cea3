import { expect } from 'vitest'
import type { SmtpRig } from '../smtp-rig.ts'
import { testCa, testCertificate } from '../smtp-rig.ts'
import { untilSilence } from './fault.ts'
import type { Fault, Faults } from './fault.ts'

const password = 'correct-horse-7'
const login = { smtp: { username: 'ann' }, password } as const

/** STARTTLS is required; the CA of the tests is trusted. */
const required = { ...login, smtp: { ...login.smtp, security: 'starttls', ca: testCa() } } as const

const good = testCertificate('localhost')

export const securing: Faults = {
  'starttls: not offered while required': [
    withoutTls({ ehlo: undefined }),
    // An attacker on the path took STARTTLS out of the list and answers for the server.
    withoutTls({ starttls: '502 5.5.1 what?', extensions: ['AUTH PLAIN LOGIN'] }),
  ],
  'starttls: 454': {
    ...required,
    script: { starttls: '454 4.7.0 later' },
    outcome: { kind: 'deferred', reason: 'STARTTLS refused: 454 4.7.0 later' },
    and: expectNoLogin,
  },
  'starttls: handshake reset': {
    ...required,
    script: { handshake: { then: 'reset' } },
    outcome: { kind: 'deferred' },
    and: expectNoLogin,
  },
  'starttls: self-signed / expired / wrong host / unknown CA': [
    ...(['self-signed', 'expired', 'elsewhere'] as const).map((name): Fault => ({
      ...required,
      script: { tls: testCertificate(name), login: true },
      outcome: { kind: 'blocked' },
      and: expectNoLogin,
    })),
    {
      ...required,
      smtp: { ...required.smtp, ca: null },
      script: { tls: good, login: true },
      outcome: { kind: 'blocked' },
      and: expectNoLogin,
    },
    {
      ...required,
      smtp: { ...required.smtp, verifyCertificate: false },
      script: { tls: testCertificate('self-signed'), login: true },
      outcome: { kind: 'sent' },
    },
  ],
  'starttls: TLS 1.0 only': {
    ...required,
    script: {
      tls: { ...good, minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' },
      login: true,
    },
    outcome: { kind: 'blocked' },
    and: expectNoLogin,
  },
  'starttls: plaintext bytes injected after the 220 (response injection)': {
    ...required,
    // The server itself offers no login: a client that logs in believed the injected line.
    script: { tls: good, starttls: '220 go ahead\r\n250-sink.test\r\n250 AUTH PLAIN' },
    outcome: { kind: 'blocked', reason: expect.stringContaining('no login') as string },
    and: expectNoLogin,
  },
  'starttls: handshake hangs': {
    ...required,
    script: { handshake: {} },
    send: untilSilence,
    outcome: { kind: 'deferred' },
    and: expectNoLogin,
  },

  'auth: 535': {
    ...login,
    script: { login: true, auth: '535 5.7.8 bad credentials' },
    outcome: { kind: 'blocked', reason: 'login refused: 535 5.7.8 bad credentials' },
    and: ({ server }) => expect(server.commands.join()).not.toContain('MAIL'),
  },
  'auth: 454 / 421': [
    { ...login, script: { login: true, auth: '454 4.7.0 later' }, outcome: { kind: 'deferred' } },
    { ...login, script: { login: true, auth: '421 bye' }, outcome: { kind: 'deferred' } },
    {
      ...login,
      script: { login: true, auth: { then: 'close' } },
      outcome: { kind: 'deferred' },
    },
  ],
  'auth: not advertised': {
    ...login,
    outcome: { kind: 'blocked', reason: expect.stringContaining('no login') as string },
    and: expectNoLogin,
  },
  'auth: only unknown mechanisms': {
    ...login,
    script: { extensions: ['AUTH GSSAPI NTLM'] },
    outcome: { kind: 'blocked', reason: expect.stringContaining('GSSAPI NTLM') as string },
    and: expectNoLogin,
  },
  'auth: credentials never in logs, events, errors': ['PLAIN', 'LOGIN', 'CRAM-MD5'].map(
    (mechanism): Fault => ({
      ...login,
      // A server that quotes all it got, and more.
      script: {
        extensions: [`AUTH ${mechanism}`],
        auth: ({ line }) => `535 5.7.8 refused: ${line} ${base64(password)} ${password}`,
      },
      outcome: { kind: 'blocked' },
      and(_rig, outcome) {
        const told = JSON.stringify(outcome)
        for (const secret of [password, base64(password), base64(`\0ann\0${password}`)])
          expect(told).not.toContain(secret)
      },
    }),
  ),
}

function withoutTls(script: Fault['script']): Fault {
  return {
    ...required,
    script: { login: true, ...script },
    outcome: { kind: 'blocked' },
    and: expectNoLogin,
  }
}

/** Not one byte of a login, and no email either. */
function expectNoLogin({ server }: SmtpRig) {
  const bytes = server.bytes.toString('latin1')
  for (const word of ['AUTH', 'MAIL', password, base64(password)]) expect(bytes).not.toContain(word)
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
