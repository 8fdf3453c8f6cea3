import type { TestFate } from './test-address.ts'

/** What a rule of the failure practice said, as the reason of an attempt and of a recipient. */
export function practiceReason(rule: number, words: string): string {
  return `practice rule ${rule}: ${words}`
}

const fates = ['delayed', 'bounced', 'complained'] as const satisfies readonly TestFate[]

/**
 * What a rule wants told of a captured recipient. Read from the reason, which the record has in
 * any case: a crash between the capture and what is told of it changes nothing.
 */
export function practisedFate(reason = ''): TestFate | undefined {
  return fates.find((fate) => new RegExp(`^practice rule \\d+: ${fate}$`).test(reason))
}
