import { remoteText } from '../email/outcome.ts'
import { finding, type Finding } from './finding.ts'

/** A rule of SpamAssassin that an email met. */
export interface SpamRule {
  readonly name: string
  /** Points; negative ones speak for the email. */
  readonly score: number
  /** Hostile. */
  readonly description: string
}

export type SpamVerdict =
  | {
      readonly kind: 'judged'
      readonly isSpam: boolean
      readonly score: number
      /** Points from which on an email is spam. */
      readonly threshold: number
      readonly rules: readonly SpamRule[]
    }
  | { readonly kind: 'unknown'; readonly reason: string }

/** Asks what SpamAssassin thinks of an email. Never rejects. */
export type JudgeSpam = (eml: Uint8Array) => Promise<SpamVerdict>

/**
 * Reads the answer of spamd to REPORT, in SpamAssassin's protocol (spamd/PROTOCOL): hostile, for
 * what is in it is in part what is in the email.
 */
export function readVerdict(answer: string): SpamVerdict {
  const [, code, word = ''] = /^SPAMD\/[\d.]{1,9} (\d{1,3}) ?(.{0,80})/.exec(answer) ?? []
  if (code === undefined) return unknown('it answered with something else than its protocol')
  if (code !== '0') return unknown(`it answered ${code} ${word}`)
  const end = answer.search(/\r?\n\r?\n/)
  const [head, report] = [answer.slice(0, end), answer.slice(end).trimStart()]
  const [, , score, threshold] = spamHeader.exec(end < 0 ? '' : head) ?? []
  if (score === undefined || threshold === undefined) return unknown('it gave no score')
  const isSpam = /^Spam: *(True|Yes)/im.test(head)
  const numbers = { score: Number(score), threshold: Number(threshold) }
  return { kind: 'judged', isSpam, ...numbers, rules: rulesIn(report) }
}

const spamHeader =
  /^Spam: *(True|False|Yes|No) *; *(-?\d{1,9}(?:\.\d{1,3})?) *\/ *(-?\d{1,9}(?:\.\d{1,3})?)/im

/** Rules that are read, at most. */
const mostRules = 200

/** The table is the last thing in a report: what an email quotes of another stands before it. */
function rulesIn(report: string): SpamRule[] {
  const table = report.split(/^-{4} -{10,} -{10,}\s*$/m).at(-1)!
  if (table === report) return []
  const rules: SpamRule[] = []
  for (const line of table.split('\n')) {
    const [, score, name, description = ''] = ruleLine.exec(line) ?? []
    const last = rules.at(-1)
    if (score !== undefined && name !== undefined) {
      rules.push({ name, score: Number(score), description: remoteText(description) })
    } else if (last && /^ {20}/.test(line)) {
      const description = remoteText(`${last.description} ${line.trim()}`)
      rules[rules.length - 1] = { ...last, description }
    }
    if (rules.length === mostRules) break
  }
  return rules
}

const ruleLine = /^ ?(-?\d{1,6}(?:\.\d{1,3})?) +([A-Z_][A-Z0-9_]{0,99}) +(\S.*)$/i

/** Half of the way to spam is worth a look: other filters count differently. */
export function spamFindings(verdict: SpamVerdict): Finding[] {
  if (verdict.kind === 'unknown') {
    const text = `SpamAssassin has not judged it: ${verdict.reason}.`
    return [finding({ rule: 'spam.unknown', severity: 'note', text })]
  }
  const { isSpam, score, threshold } = verdict
  if (!isSpam && score < threshold / 2) return []
  const text = `SpamAssassin gives it ${score} points, where ${threshold} are spam${mainRules(verdict.rules)}.`
  return [finding({ rule: 'spam.score', severity: isSpam ? 'error' : 'warning', text })]
}

/** Those that count most. */
function mainRules(rules: readonly SpamRule[]): string {
  const against = rules.filter(({ score }) => score > 0).toSorted((a, b) => b.score - a.score)
  const named = against.slice(0, 5).map(({ name, score }) => `${name} ${score}`)
  return named.length > 0 ? `: ${named.join(', ')}` : ''
}

export function unknown(reason: string): SpamVerdict {
  return { kind: 'unknown', reason: remoteText(reason) }
}
