import type { Reply } from './dialogue.ts'
import { oneLine } from './one-line.ts'
import { lastingRules, passingRules, type Rule } from './refusal-rules.ts'

/**
 * Whom a refusal speaks of. `engine`: our account, login or machine, so every email would be refused.
 * `doubtful`: us, but it may hold for this recipient's domain alone. `email`: this email or recipient.
 */
type Blame = 'engine' | 'doubtful' | 'email'

/**
 * Reads a refusal. Three digits are not enough: "550" and "554" stand for an unknown user as well as
 * for a quota that is used up. The enhanced status (RFC 3463, RFC 7372) decides where it is precise,
 * else the words do. Wordings met in practice: test/data/smtp-refusals.json.
 */
export function blameOf(reply: Reply): Blame {
  if (loginCodes.has(reply.code)) return 'engine'
  const text = oneLine(reply.text)
  const rules = reply.code < 500 ? passingRules : lastingRules
  return rules.find((rule) => holds(rule, text))?.blame ?? 'email'
}

/** RFC 4954 section 6 and RFC 3207: authentication or TLS is required, or not good enough. */
const loginCodes = new Set([523, 530, 534, 535, 538])

function holds({ status, words, unless }: Rule, text: string): boolean {
  const said = text.toLowerCase()
  if (status?.test(statusOf(said))) return true
  if (unless?.test(said)) return false
  return words.some((all) => all.every((word) => word.test(said)))
}

/** The enhanced status without its class, as "7.1": after the code, or as qmail writes it, (#5.7.1). */
function statusOf(text: string): string {
  return /(?:^\d{3}[ -]|#)[245]\.(\d{1,3}\.\d{1,3})\b/.exec(text)?.[1] ?? ''
}
