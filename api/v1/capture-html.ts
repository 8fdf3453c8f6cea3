import type { Context } from 'hono'
import type { CapturedEmail } from '../captured/capture-view.ts'
import { notFound } from '../http/errors.ts'
import { parameter } from '../http/page-query.ts'

/**
 * The HTML part of a captured email as a document for a frame. Its policy lets nothing run, load
 * or be sent, and gives it an origin of its own, also when it is opened by itself.
 */
export async function answerHtml(c: Context, email: CapturedEmail): Promise<Response> {
  const remotePictures = wantsRemotePictures(c)
  const { view, files } = email
  if (view.html === null) throw notFound('HTML part')
  const { safeHtml } = await import('../captured/safe-html.ts')
  let room = mostPictureBytes
  const pictureOf = (contentId: string) => {
    const file = files.find((one) => one.contentId === contentId)
    if (!file || !picture.test(file.type)) return undefined
    room -= file.bytes.byteLength
    return room >= 0 ? dataUrl(file) : undefined
  }
  c.header('Content-Security-Policy', framePolicy(remotePictures))
  return c.html(safeHtml(view.html, { pictureOf, remotePictures }))
}

/** Of all pictures in one document: each reference to one repeats it. */
const mostPictureBytes = 30_000_000

export function wantsRemotePictures(c: Context): boolean {
  const images = c.req.query('images')
  if (images === undefined || images === 'remote') return images === 'remote'
  throw parameter('images', 'only `remote` is known')
}

/** Nothing runs, and what is shown has an origin of its own. */
export function framePolicy(remotePictures: boolean): string {
  return [
    'sandbox',
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `img-src data:${remotePictures ? ' https: http:' : ''}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; ')
}

const picture = /^image\/(png|jpeg|gif|webp)$/i

function dataUrl({ type, bytes }: { type: string; bytes: Uint8Array }): string {
  return `data:${type.toLowerCase()};base64,${Buffer.from(bytes).toString('base64')}`
}
