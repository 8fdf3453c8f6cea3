import { remoteText, type Outcome } from '../../mail/email/outcome.ts'
import { blameOf } from '../smtp/blame.ts'
import type { Run } from './run.ts'

interface ExitCode {
  readonly kind: 'rejected' | 'deferred' | 'blocked'
  /** In our words, unless the program's own say it better. */
  readonly means?: string
}

/**
 * What BSD's sysexits.h says, and what it means for the email. Rejected only where the code speaks
 * of this email alone: 69 and 70 are what Postfix says of an email that is too large, but also
 * what msmtp says of a server without TLS, so they are tried again. 65 is msmtp's code for whatever
 * a server refused.
 */
const exitCodes: Readonly<Record<number, ExitCode>> = {
  64: { kind: 'blocked', means: 'the program does not take these arguments' },
  65: { kind: 'rejected' },
  66: { kind: 'blocked', means: 'the program cannot read its input' },
  67: { kind: 'rejected', means: 'no such recipient' },
  68: { kind: 'rejected', means: 'no such host' },
  69: { kind: 'deferred', means: 'service unavailable' },
  70: { kind: 'deferred', means: 'internal error of the program' },
  71: { kind: 'deferred', means: 'the operating system is out of resources' },
  72: { kind: 'blocked', means: 'a system file is missing' },
  73: { kind: 'blocked', means: 'the queue cannot be written' },
  74: { kind: 'deferred', means: 'reading or writing failed' },
  75: { kind: 'deferred', means: 'try again later' },
  76: { kind: 'deferred', means: 'the next server broke the protocol' },
  77: { kind: 'blocked', means: 'no permission to send' },
  78: { kind: 'blocked', means: 'the mail system is misconfigured' },
}

/** Codes with which a shell says that a script's program could not be run. */
const notRun = new Set([126, 127])

/** Why a program could not be started, where that is no passing shortage of the machine. */
const unusable = new Set(['ENOENT', 'EACCES', 'EPERM', 'ENOEXEC', 'ENOTDIR', 'EISDIR', 'ELOOP'])

export function judge(run: Run): Outcome {
  if (run.kind === 'notStarted') return ofNoStart(run.code)
  if (run.code === undefined) return ofKilled(run)
  if (run.code === 0) return ofYes(run)
  const { kind, means } = meaningOf(run.code)
  const reason = remoteText(`exit code ${run.code}${means ? ` (${means})` : ''}: ${run.words}`)
  return { ...(ofServersReply(run.code, run.words) ?? { kind }), reason }
}

/** A program that hands on to a server at once, as msmtp and ssmtp do, repeats what that said. */
function ofServersReply(exitCode: number, words: string) {
  const text = serversReply.exec(words)?.[0]
  if (!text) return undefined
  const code = Number(text.slice(0, 3))
  const blame = blameOf({ code, text })
  if (blame !== 'email') return { kind: 'blocked', doubtful: blame === 'doubtful' } as const
  return exitCode === 65 && code < 500 ? ({ kind: 'deferred' } as const) : undefined
}

/** The words after a reply's code, with an enhanced status or after "server message", to the end. */
const serversReply =
  /(?<=server message: )[45]\d\d[ -][^]*|\b[45]\d\d[ -][45]\.\d{1,3}\.\d{1,3}\b[^]*/

function meaningOf(code: number): ExitCode {
  if (notRun.has(code)) return { kind: 'blocked', means: 'the program could not be run' }
  // ssmtp and small scripts answer 1 to everything.
  return exitCodes[code] ?? { kind: 'deferred', means: 'a code without a standard meaning' }
}

type Ended = Run & { kind: 'ended' }

/** A program that says yes to an email it did not read is none that sends email. */
function ofYes({ wholeEmail }: Ended): Outcome {
  return wholeEmail
    ? { kind: 'sent' }
    : { kind: 'blocked', reason: 'the program ended without reading the whole email' }
}

function ofKilled({ overdue, signal, wholeEmail, words }: Ended): Outcome {
  const how = overdue ? 'did not end before the deadline' : `was killed by ${signal}`
  const reason = remoteText(`the program ${how}: ${words}`)
  return { kind: wholeEmail ? 'ambiguous' : 'deferred', reason }
}

function ofNoStart(code: string): Outcome {
  const reason = `the program could not be started: ${code}`
  // Too long a command line: no later try makes the list of recipients shorter.
  if (code === 'E2BIG') return { kind: 'rejected', reason }
  return { kind: unusable.has(code) ? 'blocked' : 'deferred', reason }
}
