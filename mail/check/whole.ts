import { finding, type Finding } from './finding.ts'

/** What of an email is checked that has no place in its html. */
export interface Whole {
  readonly html?: string
  readonly text?: string
  /** Header fields in their order; undefined: there are none yet, as of a template. */
  readonly fields?: readonly { readonly name: string; readonly value: string }[]
  readonly stream?: 'transactional' | 'bulk'
}

/** Above this many bytes of html Gmail cuts an email off. */
export const gmailClips = 102_000

/** From here on a longer name or list may be too much. */
const nearlyClipped = 0.9 * gmailClips

export function checkWhole(email: Whole): Finding[] {
  return [...sizeFindings(email), ...textFindings(email), ...unsubscribeFindings(email)]
}

function sizeFindings({ html = '' }: Whole): Finding[] {
  const size = Buffer.byteLength(html)
  const about = { rule: 'size.clipped', clients: ['Gmail'] }
  if (size > gmailClips) {
    const text = `The html has ${size} bytes: Gmail cuts off what is above 102 kB, the link to unsubscribe too.`
    return [finding({ ...about, severity: 'error', text })]
  }
  if (size <= nearlyClipped) return []
  const text = `The html has ${size} bytes, little less than the 102 kB above which Gmail cuts off.`
  return [finding({ ...about, severity: 'warning', text })]
}

function textFindings({ html, text = '' }: Whole): Finding[] {
  if (html === undefined || text.trim() !== '') return []
  const why = 'There is no text part, which watches, text readers and spam filters look for.'
  return [finding({ rule: 'text.missing', severity: 'warning', text: why })]
}

/**
 * What Gmail and Yahoo ask of bulk email since 2024 (https://support.google.com/mail/answer/81126):
 * a link to unsubscribe in the header, by https and one click (RFC 8058).
 */
function unsubscribeFindings({ fields, stream }: Whole): Finding[] {
  if (!fields) return []
  const valueOf = (name: string) => fields.find((one) => one.name.toLowerCase() === name)?.value
  const link = valueOf('list-unsubscribe')
  const isBulk = stream === 'bulk'
  if (link === undefined) {
    if (!isBulk) return []
    const text = 'Bulk email without List-Unsubscribe: Gmail and Yahoo refuse or file it as spam.'
    return [finding({ rule: 'unsubscribe.missing', severity: 'error', text })]
  }
  const isOneClick =
    /<\s*https:\/\//i.test(link) &&
    valueOf('list-unsubscribe-post')?.trim().toLowerCase() === 'list-unsubscribe=one-click'
  if (isOneClick) return []
  const text =
    'List-Unsubscribe is not one-click: it needs an https link, and List-Unsubscribe-Post: List-Unsubscribe=One-Click.'
  const severity = isBulk ? 'error' : 'warning'
  return [finding({ rule: 'unsubscribe.one-click', severity, text })]
}
