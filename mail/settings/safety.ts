import { comparisonKey, domainOf } from '../email/address.ts'
import type { Settings } from './settings.ts'

/**
 * Who may really get mail: everyone, unless `allow` names addresses or domains; compared after
 * the one normalisation that every address went through when it was accepted.
 */
export function mayReceive(address: string, { allow }: Settings['safety']): boolean {
  return allow === null || allow.some((pattern) => matches(address, pattern))
}

/** Whether a pattern of the settings names an address. */
export function matches(address: string, pattern: string): boolean {
  if (!pattern.startsWith('@')) return comparisonKey(address) === comparisonKey(pattern)
  const domain = domainOf(address)
  const wanted = domainOf(pattern.replace(/^@(\*\.)?/, 'x@'))
  return pattern.startsWith('@*.') ? domain.endsWith(`.${wanted}`) : domain === wanted
}
