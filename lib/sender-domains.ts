import { domainToASCII } from 'node:url'

/** For people. */
export const domainRule = 'must be domains, such as example.com,mail.example.com'

/**
 * Domains as Amazon SES compares them: in lower case, in letters of ASCII, each once.
 *
 * @throws Error that names the first that is none, and the rule
 */
export function asSenderDomains(given: readonly string[]): string[] {
  const wrong = given.find((one) => !isSenderDomain(one))
  if (wrong === undefined) return [...new Set(given.map(spelledDomain))]
  throw new Error(`senderDomains ${domainRule} (one is ${JSON.stringify(wrong)})`)
}

/** Labels of RFC 1035 section 2.3.1, at least two: SES sends from no top-level domain. */
export function isSenderDomain(given: string): boolean {
  const labels = spelledDomain(given).split('.')
  return labels.length > 1 && labels.every((label) => isLabel.test(label))
}

const isLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/** As Amazon SES compares it; empty for what can be no domain. */
export function spelledDomain(given: string): string {
  return domainToASCII(given.trim())
}
