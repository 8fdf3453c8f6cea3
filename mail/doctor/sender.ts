import { domainOf } from '../email/address.ts'
import type { Facts } from './facts.ts'
import type { Finding } from './finding.ts'

const placeholderDomain = /(^|\.)(example\.(com|org|net)|invalid|test|localhost|local|onprem)$/

/** What is wrong with the default identity. */
export function examineSender({ settings }: Facts): Finding[] {
  const { address } = settings.from
  if (address === null)
    return [
      {
        code: 'from.missing',
        level: 'risk',
        problem: 'there is no default sender: an email without From is refused',
        cure: 'set from.address',
      },
    ]
  if (!placeholderDomain.test(domainOf(address))) return []
  return [
    {
      code: 'from.placeholder',
      level: 'wrong',
      problem: `${domainOf(address)} is not a real domain`,
      cure: 'set from.address to an address of yours',
    },
  ]
}
