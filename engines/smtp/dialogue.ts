import { replyCounter } from './reply-counter.ts'

/** One complete reply of the server (RFC 5321 section 4.2). */
export interface Reply {
  /** Three digits; 0 when the server said something else. */
  readonly code: number
  /** All lines as they came. */
  readonly text: string
}

/** A command and what the server answered to it, if it did. */
export interface Exchange {
  readonly command: string
  reply?: Reply
}

/** The reply to the final dot is filed under this instead of a command. */
export const content = 'the content'

/**
 * What was said on a connection, command by command. nodemailer reports errors, and forgets for
 * instance which recipients were refused once the content is refused too; the outcome of an
 * email is judged by this record instead. It is fed by nodemailer's transaction log, which
 * masks secrets, and by the bytes that arrive.
 */
export interface Dialogue {
  readonly exchanges: readonly Exchange[]
  /** More replies came than commands were sent: nobody knows any more which answers what. */
  readonly outOfStep: boolean
  /** What the server still owes an answer to, in a word; never a secret. */
  readonly waitingFor: string
  /** Forgets what was said: a new transaction starts. */
  begin(): void
  /** The content goes out now: the next reply is the one to the final dot. */
  expectFinalReply(): void
  /** Bytes from the server, before nodemailer reads them. */
  receive(chunk: Uint8Array): void
  /** The connection is gone: an unfinished line that nodemailer still reports is no reply. */
  end(): void
  /** Handed to nodemailer as its logger. */
  readonly logger: { debug(entry: { tnx?: string }, line?: string): void }
}

export function openDialogue(): Dialogue {
  const count = replyCounter()
  // The greeting answers no command, yet it is the first reply to wait for.
  let exchanges: Exchange[] = [{ command: 'the connection' }]
  let answered = 0
  let received = 0
  let ended = false

  function hear(text: string) {
    const waiting = exchanges[answered++]
    if (waiting) waiting.reply = { code: codeOf(text), text }
  }

  let outOfStep = false
  return {
    get exchanges() {
      return exchanges
    },
    get outOfStep() {
      return outOfStep
    },
    get waitingFor() {
      return verbOf(exchanges[answered]?.command ?? '')
    },
    begin() {
      exchanges = []
      answered = 0
      received = 0
    },
    expectFinalReply() {
      exchanges.push({ command: content })
    },
    receive(chunk) {
      received += count(chunk)
      outOfStep ||= received > exchanges.length
    },
    end() {
      ended = true
    },
    logger: {
      debug({ tnx }, line = '') {
        if (ended) return
        if (tnx === 'client') exchanges.push({ command: line })
        if (tnx === 'server') hear(line)
      },
    },
  }
}

function codeOf(text: string): number {
  return Number(/^[2-5]\d\d(?=[ -]|$)/.exec(text)?.[0] ?? 0)
}

/** What follows AUTH is no command, and not for anybody's eyes. */
function verbOf(command: string): string {
  return verbs.find((verb) => command.startsWith(verb)) ?? 'AUTH'
}

const verbs = [
  'the connection',
  'EHLO',
  'HELO',
  'STARTTLS',
  'MAIL',
  'RCPT',
  'DATA',
  content,
  'RSET',
]
