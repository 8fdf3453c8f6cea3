import { domainOf } from '../email/address.ts'
import { organisation } from '../email/organisation.ts'
import type { Facts } from './facts.ts'
import { enginesOf } from '../settings/settings.ts'
import { risk, wrong, type Finding } from './finding.ts'

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
  const domain = domainOf(address)
  const { senderDomains, dkim } = settings
  const signs = enginesOf(settings).some((name) => name === 'smtp' || name === 'sendmail')
  const found: (Finding | false)[] = [
    placeholderDomain.test(domain) &&
      wrong(
        'from.placeholder',
        `${domain} is not a real domain`,
        'set from.address to an address of yours',
      ),
    senderDomains?.includes(domain) === false &&
      wrong(
        'from.not-allowed',
        `senderDomains does not name ${domain}, so email of the default sender is refused`,
        `add ${domain} to senderDomains, or set from.address to an address in one of them`,
      ),
    signs &&
      dkim.domain !== null &&
      organisation(dkim.domain) !== organisation(domain) &&
      risk(
        'dkim.other-domain',
        `${dkim.domain} signs, which is not the domain of From (${domain}): DMARC does not count it`,
        `set dkim.domain=${domain}`,
      ),
  ]
  return found.filter((finding) => finding !== false)
}
