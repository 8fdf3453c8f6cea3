/** One complete reply of the server (RFC 5321 section 4.2). */
export interface Reply {
  /** Three digits; 0 when the server said something else. */
  readonly code: number
  /** All lines as they came. */
  readonly text: string
}

/** A command and what the server answered to it, if it did. */
export interface CommandAndReply {
  readonly command: string
  reply?: Reply
}

/** The reply to the final dot is filed under this instead of a command. */
export const content = 'the content'

/** The greeting answers no command, yet it is the first reply to wait for. */
export const greeting = 'the connection'

/**
 * What was said on a connection, command by command: the record by which the outcome of an email
 * is judged. Until the login it is fed by nodemailer's transaction log, which masks secrets.
 */
export interface Dialogue {
  readonly exchanges: readonly CommandAndReply[]
  /** More replies came than commands were sent: it is unknown which answers what. */
  readonly outOfStep: boolean
  /** The server owes no answer. */
  readonly answered: boolean
  /** What the server still owes an answer to, in a word; never a secret. */
  readonly waitingFor: Awaited
  /** Forgets what was said: a new transaction starts. */
  begin(): void
  /** A command goes out, or `content`. */
  say(command: string): void
  /** A complete reply came. */
  hear(reply: string): void
  /** Handed to nodemailer as its logger. */
  readonly logger: { debug(entry: { tnx?: string }, line?: string): void }
}

/** @param moved called whenever the server owes another answer than before, or none */
export function openDialogue(moved: () => void = () => undefined): Dialogue {
  let exchanges: CommandAndReply[] = [{ command: greeting }]
  let answered = 0
  let outOfStep = false

  function say(command: string) {
    exchanges.push({ command })
    moved()
  }

  function hear(text: string) {
    const code = codeOf(text)
    const waiting = exchanges[answered]
    if (waiting) {
      waiting.reply = { code, text }
      answered += 1
      moved()
    }
    // 421 may come at any time (RFC 5321 section 3.8).
    else outOfStep ||= code !== 421
  }

  return {
    get exchanges() {
      return exchanges
    },
    get outOfStep() {
      return outOfStep
    },
    get answered() {
      return answered === exchanges.length
    },
    get waitingFor() {
      return verbOf(exchanges[answered]?.command ?? '')
    },
    begin() {
      exchanges = []
      answered = 0
    },
    say,
    hear,
    logger: {
      debug({ tnx }, line = '') {
        if (tnx === 'client') say(line)
        if (tnx === 'server') hear(line)
      },
    },
  }
}

function codeOf(text: string): number {
  return Number(/^[2-5]\d\d(?=[ -]|$)/.exec(text)?.[0] ?? 0)
}

/** What follows AUTH is not a command, and must not be shown. */
function verbOf(command: string): Awaited {
  return verbs.find((verb) => command.startsWith(verb)) ?? 'AUTH'
}

const verbs = [
  greeting,
  'EHLO',
  'HELO',
  'STARTTLS',
  'MAIL',
  'RCPT',
  'DATA',
  content,
  'RSET',
  'QUIT',
] as const

export type Awaited = (typeof verbs)[number] | 'AUTH'
