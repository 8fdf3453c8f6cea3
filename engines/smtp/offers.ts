import type { CommandAndReply } from './dialogue.ts'

/** The extensions of a server that matter here, from its answer to EHLO (RFC 5321 section 4.1.1.1). */
export interface Offers {
  /** Largest email in bytes (RFC 1870); 0 when the server names no limit. */
  readonly size: number
  /** A whole envelope may be said without waiting for an answer (RFC 2920). */
  readonly pipelining: boolean
  /** Content beyond ASCII, as it is (RFC 6152). */
  readonly eightBit: boolean
  /** It wants to be told how large an email is. */
  readonly sizes: boolean
  /** Addresses with characters beyond ASCII (RFC 6531). */
  readonly utf8: boolean
  /** Reports about each recipient on demand (RFC 3461). */
  readonly dsn: boolean
  /** Login mechanisms; empty when login is not offered. */
  readonly auth: readonly string[]
}

/** What the last EHLO offered: the one inside TLS, where there was one. A HELO offers nothing. */
export function offersOf(exchanges: readonly CommandAndReply[]): Offers {
  const hello = exchanges.findLast(({ command }) => /^(EHLO|HELO) /.test(command))
  const lines = hello?.command.startsWith('EHLO') ? (hello.reply?.text ?? '').split('\n') : []
  const offered = lines.slice(1).map((line) => line.slice(4).trim().toUpperCase())
  return {
    size: Number(offered.find((line) => /^SIZE \d+$/.test(line))?.slice(5) ?? 0),
    pipelining: offered.includes('PIPELINING'),
    eightBit: offered.includes('8BITMIME'),
    sizes: offered.some((line) => /^SIZE\b/.test(line)),
    utf8: offered.includes('SMTPUTF8'),
    dsn: offered.includes('DSN'),
    // Some old servers write AUTH=LOGIN.
    auth: offered.filter((line) => /^AUTH[ =]/.test(line)).flatMap((line) => words(line.slice(5))),
  }
}

function words(text: string): string[] {
  return text.split(/[\s=]+/).filter((word) => word !== '')
}
