import { parseMailbox } from '../../mail/email/address.ts'
import type { Findings } from './findings.ts'
import type { Entry } from './server.ts'

/** Makes the default identity of `a@b.c` or `Name <a@b.c>`. */
export function carryMailbox(findings: Findings, { key, value }: Entry) {
  if (value === '') return
  const parsed = parseMailbox(value)
  if ('fault' in parsed)
    return findings.correct(key, parsed.fault, 'left out; from.address is yours to set')
  findings.carry(key, 'from.address', parsed.mailbox.address)
  findings.carry(key, 'from.name', parsed.mailbox.name)
}
