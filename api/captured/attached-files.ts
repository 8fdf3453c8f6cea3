import type { Content } from '../../mail/email/email.ts'
import type { EmailFile } from '../../mail/email/mime-email.ts'

/** The attachments of a content, in their order. */
export async function attachedFiles(content: Content): Promise<readonly EmailFile[]> {
  if (content.kind === 'structured')
    return content.attachments.map(({ filename: name, contentType: type, contentId, content }) => {
      return { name, type, bytes: Buffer.from(content, 'base64'), ...(contentId && { contentId }) }
    })
  // Loaded when first needed: sending must not wait for a MIME parser to start.
  const { readAside } = await import('./read-aside.ts')
  return (await readAside(Buffer.from(content.mime, 'base64'))).files
}
