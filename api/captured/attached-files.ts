import type { Content } from '../../mail/email/email.ts'
import type { File } from '../http/download.ts'

/** An attachment of an email, with the name under which its html may show it. */
export interface AttachedFile extends File {
  readonly contentId?: string
}

/** The attachments of a content, in their order. */
export async function attachedFiles(content: Content): Promise<AttachedFile[]> {
  if (content.kind === 'structured')
    return content.attachments.map(({ filename: name, contentType: type, contentId, content }) => {
      return { name, type, bytes: Buffer.from(content, 'base64'), ...(contentId && { contentId }) }
    })
  // Loaded when first needed: sending must not wait for a MIME parser to start.
  const { readCapture } = await import('./capture-view.ts')
  const { view, files } = await readCapture(Buffer.from(content.mime, 'base64'))
  return files.map((file, index) => {
    const contentId = view.attachments[index]?.content_id
    return { ...file, ...(contentId && { contentId }) }
  })
}
