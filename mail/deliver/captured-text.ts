import type { Content } from '../email/email.ts'

/** Of which as much html is read, in characters. */
const longestHtml = 1_000_000

/** Most text that a capture can be found by, in characters. */
const longestText = 100_000

/** The words of an email, for finding it among the captures; none where it cannot be read. */
export async function capturedText(content: Content): Promise<string> {
  try {
    return (await textOf(content)).slice(0, longestText)
  } catch {
    return ''
  }
}

async function textOf(content: Content): Promise<string> {
  const { text, html = '' } = content.kind === 'raw' ? await parsed(content.mime) : content
  if (text) return text
  const { textFromHtml } = await import('../compose/text-from-html.ts')
  return textFromHtml(html.slice(0, longestHtml))
}

/** Loaded when first needed: only SMTP brings whole emails. */
async function parsed(mime: string): Promise<{ text?: string; html?: string }> {
  const { readMimeEmail } = await import('../email/mime-email.ts')
  return readMimeEmail(Buffer.from(mime.slice(0, longestMime), 'base64'))
}

/** Text comes before attachments, which need not be decoded: characters of base64, four by four. */
const longestMime = 1_000_000
