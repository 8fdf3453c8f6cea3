import { remoteText } from '../email/outcome.ts'
import type { FieldGroup } from './field-groups.ts'

/** What became of one recipient, as a mail server reports it (RFC 3464 section 2.3). */
export interface RecipientReport {
  /** As the server names it, best first: the one that was asked for, then where it was sent on to. */
  readonly addresses: readonly string[]
  readonly action: Action
  /** Enhanced status (RFC 3463), such as `5.1.1`; undefined where none is given. */
  readonly status?: string
  /** The last server's own words. */
  readonly text: string
}

/** Of a relayed or expanded one nothing is known yet. */
const actions = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const
type Action = (typeof actions)[number]

/** What a delivery report says of each recipient by itself. */
export function recipientReports(groups: readonly FieldGroup[]): RecipientReport[] {
  return groups.filter(isAboutRecipient).flatMap((group) => reportOf(group) ?? [])
}

function isAboutRecipient(group: FieldGroup): boolean {
  return ['final-recipient', 'original-recipient', 'action'].some((name) => group.has(name))
}

function reportOf(group: FieldGroup): RecipientReport | undefined {
  const diagnosis = group.get('diagnostic-code') ?? ''
  const status = statusOf(group.get('status') ?? '', diagnosis)
  const action = actionOf(group.get('action') ?? '', status)
  if (!action) return undefined
  const addresses = ['original-recipient', 'final-recipient', 'x-actual-recipient']
    .flatMap((name) => addressesIn(group.get(name) ?? ''))
    .filter((address, at, all) => all.indexOf(address) === at)
  const text = remoteText(diagnosis.replace(/^[a-z0-9-]{1,20}\s*;\s*/i, ''))
  return { addresses, action, ...(status && { status }), text }
}

/** Words in whatever case, comments behind them; where there is none, the class of the status says it. */
function actionOf(text: string, status: string | undefined): Action | undefined {
  const word = /^[a-z]+/i.exec(text)?.[0].toLowerCase()
  const action = actions.find((one) => one === word)
  return action ?? byClass[status?.[0] ?? '']
}

const byClass: Readonly<Partial<Record<string, Action>>> = {
  '2': 'delivered',
  '4': 'delayed',
  '5': 'failed',
}

/**
 * The most telling status. A general one (5.0.0) gives way to that in front of the server's words,
 * and so does any to a refusal by policy (5.7.x), which says nothing about the address.
 */
function statusOf(given: string, diagnosis: string): string | undefined {
  const own = enhanced.exec(given)?.[0]
  const said = /^(?:[a-z0-9-]{1,20}\s*;\s*)?[245]\d\d[ -]+#?([245]\.\d{1,3}\.\d{1,3})\b/i.exec(
    diagnosis,
  )?.[1]
  const isVague = own === undefined || /\.0\.0$/.test(own)
  return said && (isVague || said.startsWith('5.7.')) ? said : own
}

const enhanced = /\b[245]\.\d{1,3}\.\d{1,3}\b/

/**
 * `rfc822; user@example.com`, also in angle brackets. Not decoded: `ann+2024@example.com` looks like
 * xtext (RFC 3461 section 4) and is none.
 */
function addressesIn(value: string): string[] {
  const bare = value.replace(/^[a-z0-9-]{1,20}\s*;/i, '').trim()
  const address = /<([^<>]*)>/.exec(bare)?.[1] ?? bare
  return address.includes('@') && address.length <= longestAddress ? [address] : []
}

/** Characters (RFC 5321 section 4.5.3.1). */
const longestAddress = 320
