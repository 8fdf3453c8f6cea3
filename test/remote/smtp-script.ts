import type { SecureContextOptions } from 'node:tls'

/** What the server does at one stage. Without `say` and `then` it is silent afterwards. */
export interface Act {
  /** A whole reply; CRLF is added. */
  readonly say?: string
  /** Bytes exactly as they are. */
  readonly raw?: string | Buffer
  /** Only when the test says `release()`. */
  readonly wait?: true
  readonly then?: 'close' | 'reset'
  /** The email is kept although the reply says something else, or nothing. */
  readonly keep?: true
}

export interface Moment {
  /** The line from the client; empty at the greeting and the final dot. */
  readonly line: string
  /** The number of this connection, from 1. */
  readonly connection: number
  /** Emails kept so far. */
  readonly kept: number
}

/** A reply, an act, or either as the moment wants it; undefined is the usual yes. */
export type Step = string | Act | ((moment: Moment) => string | Act | undefined)

/** What the server says when the script is silent about a stage. */
export const usual = {
  greeting: '220 sink.test ESMTP',
  helo: '250 sink.test',
  starttls: '220 2.0.0 go ahead',
  auth: '235 2.7.0 welcome',
  mail: '250 2.1.0 ok',
  rcpt: '250 2.1.5 ok',
  data: '354 go ahead',
  dot: '250 2.0.0 Ok: queued as SINK0001',
  rset: '250 2.0.0 ok',
  quit: '221 2.0.0 bye',
} as const

export type Stage = keyof typeof usual | 'ehlo'

export interface Script extends Partial<Record<Stage, Step>> {
  /** What EHLO offers; STARTTLS and AUTH come by themselves unless this is given. */
  readonly extensions?: readonly string[]
  readonly tls?: SecureContextOptions
  readonly implicitTls?: boolean
  /** Login is offered. */
  readonly login?: boolean
  /** After the 220 to STARTTLS, instead of a handshake. */
  readonly handshake?: Act
  /** While the content comes, after so many bytes of it; then nothing more is read. */
  readonly body?: Act & { readonly after: number }
  /** Every byte of every reply in a segment of its own. */
  readonly chop?: boolean
  /** Nothing more is read from the client until what this returns resolves. */
  readonly pace?: (bytes: number) => Promise<void>
}

/** The act for a stage at a moment. */
export function actOf(script: Script, stage: Stage, moment: Moment, secure: boolean): Act {
  const chosen = script[stage]
  const step = typeof chosen === 'function' ? chosen(moment) : chosen
  if (typeof step === 'object') return step
  return { say: step ?? (stage === 'ehlo' ? helloOf(script, secure) : usual[stage]) }
}

function helloOf({ extensions, tls, login }: Script, secure: boolean): string {
  const offered = extensions ?? [
    'PIPELINING',
    'SIZE 50000000',
    '8BITMIME',
    'SMTPUTF8',
    ...(tls && !secure ? ['STARTTLS'] : []),
    ...(login ? ['AUTH PLAIN LOGIN'] : []),
  ]
  const lines = ['sink.test', ...offered]
  return lines.map((line, i) => `250${i < lines.length - 1 ? '-' : ' '}${line}`).join('\r\n')
}
