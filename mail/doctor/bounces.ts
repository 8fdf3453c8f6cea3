import { domainOf } from '../email/address.ts'
import type { Web } from '../ports/web.ts'
import { uses, type Facts } from './facts.ts'
import { risk, wrong, type Finding } from './finding.ts'
import { organisation } from '../email/organisation.ts'

/** What is wrong with the way by which email comes back. */
export function examineBounces(facts: Facts): Finding[] {
  return [...examineMailbox(facts), ...examineBounceDomain(facts)]
}

/** The mailbox that a relay returns email to. */
function examineMailbox({ settings, host, readableSecrets }: Facts): Finding[] {
  const { imap } = settings.feedback
  if (imap.host === '') return []
  const found: (Finding | false)[] = [
    host.kind === 'function' &&
      wrong(
        'mailbox.function',
        'a mailbox is set for returned email, and functions read none',
        'have its email forwarded to POST /v1/feedback/mail, and unset feedback.imap.host',
      ),
    host.mailbox !== undefined &&
      wrong('mailbox.trouble', host.mailbox, 'correct feedback.imap, or the mailbox'),
    !readableSecrets.includes('feedback.key') &&
      wrong(
        'mailbox.key',
        'there is no key to seal emails with, so nothing in the mailbox is believed',
        'run: postern settings set feedback.key',
      ),
  ]
  return found.filter((finding) => finding !== false)
}

function examineBounceDomain(facts: Facts): Finding[] {
  const { settings, readableSecrets } = facts
  const { bounceDomain } = settings.feedback
  const isUsed = uses(facts, 'smtp') || uses(facts, 'sendmail')
  if (bounceDomain === null || !isUsed) return []
  const from = settings.from.address
  const found: (Finding | false)[] = [
    !readableSecrets.includes('feedback.key') &&
      wrong(
        'bounces.key',
        'there is no key to sign bounce addresses with, so nothing that comes back is believed',
        'run: postern settings set feedback.key',
      ),
    from !== null &&
      organisation(domainOf(from)) !== organisation(bounceDomain) &&
      risk(
        'bounces.other-domain',
        `email of ${domainOf(from)} comes back to ${bounceDomain}: its SPF does not count for DMARC`,
        'set feedback.bounceDomain to a subdomain of the domain of From',
      ),
  ]
  return found.filter((finding) => finding !== false)
}

/** What the DNS says of a bounce domain; undefined where it had no answer. */
export interface BounceRecords {
  readonly domain: string
  readonly mx?: readonly string[]
  readonly txt?: readonly string[]
}

export async function lookUpBounces(
  { records }: Pick<Web, 'records'>,
  domain: string,
): Promise<BounceRecords> {
  const look = (type: 'MX' | 'TXT') => records(domain, type).catch(() => undefined)
  const [mx, txt] = await Promise.all([look('MX'), look('TXT')])
  return { domain, ...(mx && { mx }), ...(txt && { txt }) }
}

/** Without an MX nothing comes back; without SPF the relay is not one of ours. */
export function examineBounceRecords({ domain, mx, txt }: BounceRecords): Finding[] {
  const spf = txt?.filter((record) => /^v=spf1(\s|$)/i.test(record))
  const found: (Finding | false)[] = [
    mx?.length === 0 &&
      wrong(
        'bounces.mx',
        `${domain} has no MX record: nothing comes back`,
        'publish one that names the machine where POSTERN_BOUNCE_PORT is open',
      ),
    spf?.length === 0 &&
      risk(
        'bounces.spf',
        `${domain} has no SPF record, and it is the envelope sender of all email`,
        'publish one that names your provider or server',
      ),
    spf !== undefined &&
      spf.length > 1 &&
      risk(
        'bounces.spf-twice',
        `${domain} has ${spf.length} SPF records: receivers ignore them all`,
        'merge them into one',
      ),
    spf?.some((record) => /^v=spf1\s+-all\s*$/i.test(record)) === true &&
      risk(
        'bounces.spf-none',
        `the SPF record of ${domain} says that no one sends for it (v=spf1 -all)`,
        'name your provider or server before -all',
      ),
  ]
  return found.filter((finding) => finding !== false)
}
