import { createHash } from 'node:crypto'
import { drawn } from './random.ts'

/** One email of a soak: all of it follows from the seed and its number. */
export interface SoakEmail {
  readonly n: number
  /** By which way it comes to Postern. */
  readonly door: 'http' | 'smtp'
  /** An Idempotency-Key: with one the producer asks until it is answered. */
  readonly key?: string
  /** Asked for on two connections at once, under the one key. */
  readonly twice: boolean
  readonly onAmbiguous: 'retry' | 'hold'
  readonly to: readonly string[]
  readonly cc: readonly string[]
  readonly bcc: readonly string[]
  readonly subject: string
  readonly body: Body
}

/** What its recipient should read. */
interface Body {
  readonly text: string
  readonly html?: string
  readonly file?: Buffer
}

/** How many receiving domains there are: emails of one wait for each other. */
const domains = 20

export function soakEmail(seed: number, n: number): SoakEmail {
  const draw = (what: string) => drawn(seed, n, what)
  const hasKey = draw('key') < 0.85
  const door = draw('door') < 0.1 ? 'smtp' : 'http'
  const count = draw('recipients') < 0.9 ? 1 : 2 + Math.floor(draw('how many') * 3)
  const all = Array.from({ length: count }, (_, i) => addressOf(seed, n, i))
  return {
    n,
    door,
    ...(hasKey && { key: `soak-${seed}-${n}` }),
    twice: hasKey && draw('twice') < 0.03,
    // SMTP has no words for it.
    onAmbiguous: door === 'http' && draw('hold') < 0.05 ? 'hold' : 'retry',
    to: all.slice(0, 1),
    cc: all.slice(1, 2),
    bcc: all.slice(2),
    subject: subjectOf(seed, n),
    body: bodyOf(seed, n),
  }
}

export function envelopeOf({ to, cc, bcc }: SoakEmail): readonly string[] {
  return [...to, ...cc, ...bcc]
}

function subjectOf(seed: number, n: number): string {
  return `soak ${seed} number ${n}`
}

/** The number in a subject or an address of this seed's emails; undefined in any other. */
export function numberIn(seed: number, words: string): number | undefined {
  const found = /^soak (\d+) number (\d+)$/.exec(words) ?? /^s(\d+)n(\d+)r\d+@/.exec(words)
  return found?.[1] === String(seed) ? Number(found[2]) : undefined
}

function addressOf(seed: number, n: number, i: number): string {
  const domain = Math.floor(drawn(seed, n, 'domain', i) * domains)
  return `s${seed}n${n}r${i}@lane${domain}.test`
}

/** Text that has to survive: dots at the start of lines, long lines, more than ASCII. */
function bodyOf(seed: number, n: number): Body {
  const draw = drawn(seed, n, 'size')
  const lines = 1 + Math.floor(60 * drawn(seed, n, 'lines'))
  const text = `${subjectOf(seed, n)}\n.\n..two dots, then grüße 🚚\n${prose(n).repeat(lines)}end\n`
  const html = `<p>${subjectOf(seed, n)}</p><p>${prose(n).repeat(lines)}</p>`
  if (draw < 0.7) return { text, html }
  if (draw < 0.98) return { text }
  return { text, file: Buffer.alloc(20_000 + Math.floor(500_000 * (draw - 0.98) * 50), text) }
}

function prose(n: number): string {
  return `Order ${n} has shipped; it will be with you soon, so look at the door.\n`
}

/** One number for a body, whatever transfer encoding it came by. */
export function digestOf({ text, html = '', file }: Body): string {
  const plain = (words: string) => words.replace(/\r\n/g, '\n').trimEnd()
  const hash = createHash('sha256').update(JSON.stringify([plain(text), plain(html)]))
  return hash
    .update(file ?? Buffer.alloc(0))
    .digest('hex')
    .slice(0, 32)
}
