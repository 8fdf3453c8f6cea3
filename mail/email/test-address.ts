import { comparisonKey, domainOf } from './address.ts'

/** Domains whose addresses say themselves what becomes of an email, while nothing is sent. */
const testDomains: readonly string[] = ['resend.dev', 'simulator.postern.test']

const testFates = ['delivered', 'bounced', 'complained', 'suppressed', 'delayed'] as const

export type TestFate = (typeof testFates)[number]

/** What an email to a test address is to come to, such as `bounced+label@resend.dev`. */
export function testFateOf(address: string): TestFate | undefined {
  const key = comparisonKey(address)
  if (!testDomains.includes(domainOf(key))) return undefined
  const [name] = key.slice(0, key.lastIndexOf('@')).split('+')
  return testFates.find((fate) => fate === name)
}
