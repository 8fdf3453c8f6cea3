import { Hono, type Context } from 'hono'
import { contentIdIn } from '../../mail/email/content-id.ts'
import type { EmailFile } from '../../mail/email/mime-email.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import { notFound } from '../http/errors.ts'
import { openAndRead } from './opened.ts'

/** The parts of a message as pages, which a test opens in a browser. */
export function mailpitView(postern: Postern): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get('/view/:name', async (c) => {
    const [, id, ending] = /^(.*?)(?:\.(html|txt))?$/s.exec(c.req.param('name'))!
    const { capture, email } = await openAndRead(c, postern, id!)
    const { html, text } = email.view
    if (ending === undefined)
      return c.redirect(`/view/${capture.id}.${html === null ? 'txt' : 'html'}`)
    if (ending === 'txt' && text !== null) return c.text(text)
    if (ending === 'txt' || html === null) throw notFound('part')
    return answerPage(c, capture.id, { html, files: email.files })
  })
}

/** The html of a message as a page. */
export function answerPage(c: Context, id: string, email: Page): Response | Promise<Response> {
  c.header('Content-Security-Policy', policy)
  return c.html(withPictures(email.html, id, email.files))
}

interface Page {
  readonly html: string
  readonly files: readonly EmailFile[]
}

/**
 * A test compares the page with what was sent, so it is not rebuilt as in the console. Nothing in it
 * runs, loads from elsewhere or is sent, and its origin is none: a link is all that leads away.
 */
const policy = [
  'sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ')

/** Pictures inside of the email by their own addresses; RFC 2392 has them as `cid:`. */
function withPictures(html: string, id: string, files: readonly EmailFile[]): string {
  return html.replace(/\bcid:([^\s"'<>)]+)/gi, (written, name: string) => {
    const n = files.findIndex(({ contentId }) => contentId === contentIdIn(name))
    return n < 0 ? written : `/api/v1/message/${id}/part/${n}`
  })
}
