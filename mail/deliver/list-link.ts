import { domainOf } from '../email/address.ts'
import type { Content, Email, StructuredContent } from '../email/email.ts'
import type { Outcome } from '../email/outcome.ts'
import type { Settings } from '../settings/settings.ts'
import { linkToken, type LinkSubject } from '../suppress/link.ts'
import type { Turn } from './turn.ts'

/**
 * The content of an email with the link by which its one recipient unsubscribes from its list: in
 * the headers (RFC 2369, RFC 8058), which a signature of ours covers, and wherever the text asks for
 * it. What the caller wrote into List-Unsubscribe stays.
 *
 * @returns why it waits, when no link can be made: it does not leave without one
 */
export async function withListLink(
  { postern }: Turn,
  email: Email,
  content: Content,
  settings: Settings,
): Promise<Content | Blocked> {
  if (email.list === undefined || content.kind !== 'structured') return content
  // A captured email shows where the link would be; it leads nowhere (RFC 2606).
  const base =
    settings.unsubscribe.baseUrl ?? (email.capture ? 'https://unsubscribe.invalid' : null)
  if (base === null)
    return { kind: 'blocked', reason: 'the setting unsubscribe.baseUrl is missing' }
  try {
    const [key] = await postern.linkKeys.all()
    const token = linkToken(subjectOf(email, email.list, settings), key!)
    return linked(content, `${base}/u/${token}`)
  } catch (error) {
    const reason = `no link to unsubscribe can be made: ${(error as Error).name}`
    return { kind: 'blocked', reason }
  }
}

type Blocked = Outcome & { readonly kind: 'blocked' }

function subjectOf(email: Email, list: string, settings: Settings): LinkSubject {
  const { project, recipients, id, from } = email
  const domain = domainOf(from.address ?? settings.from.address ?? '')
  return { project, address: recipients[0]!.address, list, domain, emailId: id }
}

function linked({ html, text, headers, ...rest }: StructuredContent, url: string): Content {
  const place = (words: string) => words.replace(placeholder, url)
  const isOwn = Object.keys(headers).some((name) => /^list-unsubscribe/i.test(name))
  return {
    ...rest,
    ...(html !== undefined && { html: place(html) }),
    ...(text !== undefined && { text: place(text) }),
    headers: isOwn
      ? headers
      : {
          ...headers,
          'List-Unsubscribe': `<${url}>`,
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        },
  }
}

/** Postern's, Resend's and SendGrid's ways to write it; a URL of ours needs no escaping in HTML. */
const placeholder =
  /\{\{\{(?:POSTERN_|RESEND_)?UNSUBSCRIBE_URL\}\}\}|<%asm_(?:group|global)_unsubscribe_raw_url%>/g
