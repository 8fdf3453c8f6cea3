import type { Attachment } from '../../mail/email/email.ts'
import type { SendBody } from './send-body.ts'
import type { Substitute } from './substitute.ts'

/** What mail programs show instead of text and html, as the files that leave as alternatives. */
export function alternativesOf({ content }: SendBody, substitute: Substitute): Attachment[] {
  return content.flatMap(({ type, value }) => {
    if (type !== 'text/calendar' && type !== 'text/x-amp-html') return []
    const text = substitute(value)
    const filename = type === 'text/calendar' ? 'invite.ics' : 'amp.html'
    const contentType = `${type}; charset=utf-8${methodIn(type, text)}`
    return [{ filename, contentType, content: Buffer.from(text).toString('base64') }]
  })
}

/** RFC 6047 section 2.4: the parameter repeats what the calendar says; without one it is a file. */
function methodIn(type: string, text: string): string {
  const method = type === 'text/calendar' && /^METHOD:([A-Z-]{1,40})\s*$/im.exec(text)?.[1]
  return method ? `; method=${method.toUpperCase()}` : ''
}
