import { domainOf } from '../email/address.ts'
import { organisation } from '../email/organisation.ts'
import { enginesOf, type Settings } from '../settings/settings.ts'
import { finding, type Finding } from './finding.ts'

/** Who stands in From, and where bounces go, as the email would leave. */
export interface Sending {
  readonly from: string
  /** Empty: nowhere. */
  readonly envelopeFrom: string
}

/**
 * Whether DMARC would hold (RFC 7489, relaxed alignment): the domain of From must have signed, or be
 * that of the envelope sender. Providers with an API sign by themselves, for a domain that they have
 * verified; SMTP and sendmail as the settings say, which is taken of `noop` too.
 */
export function alignmentFindings({ from, envelopeFrom }: Sending, settings: Settings): Finding[] {
  const isOurs = enginesOf(settings).some((name) => ['noop', 'smtp', 'sendmail'].includes(name))
  if (!isOurs) return []
  const domain = domainOf(from)
  const { dkim, feedback } = settings
  const bounces = feedback.bounceDomain ?? (envelopeFrom === '' ? null : domainOf(envelopeFrom))
  const isAligned = (other: string | null) =>
    other !== null && organisation(other) === organisation(domain)
  const [signed, spf] = [isAligned(dkim.domain), isAligned(bounces)]
  return [
    ...(dkim.domain !== null && !signed ? [otherSigner(dkim.domain, domain)] : []),
    ...(dkim.domain === null ? [unsigned(domain)] : []),
    ...(spf ? [] : [otherEnvelope(bounces, domain)]),
    ...(!spf && dkim.domain !== null && !signed ? [nothingAligned(domain)] : []),
  ]
}

function otherSigner(signer: string, domain: string): Finding {
  const text = `${signer} signs, which is not the domain of From (${domain}): DMARC does not count it.`
  return finding({ rule: 'dkim.alignment', severity: 'warning', text })
}

function unsigned(domain: string): Finding {
  const text = `Postern signs nothing (dkim.domain is not set): unless the relay signs for ${domain}, DMARC rests on SPF, which forwarding breaks.`
  return finding({ rule: 'dkim.missing', severity: 'note', text })
}

function otherEnvelope(bounces: string | null, domain: string): Finding {
  const whose = bounces === null ? 'There is no envelope sender' : `Bounces go to ${bounces}`
  const text = `${whose}, which is not the domain of From (${domain}): SPF does not count for DMARC.`
  return finding({ rule: 'spf.alignment', severity: 'note', text })
}

function nothingAligned(domain: string): Finding {
  const text = `Neither DKIM nor SPF is of ${domain}: where its DMARC policy says so, this email is refused.`
  return finding({ rule: 'dmarc.alignment', severity: 'error', text })
}
