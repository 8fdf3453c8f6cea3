import type { Attachment } from '../email/email.ts'

/**
 * Says which files stand in place: those that the html refers to by their content id, and those
 * that the caller calls inline. A file that merely has an id, as many programs give every file,
 * is an attachment, because mail programs would hide it otherwise.
 *
 * @param isInline whether the caller asks for it whatever the html says
 */
export function shownAttachments(
  attachments: readonly Attachment[],
  html: string | undefined,
  isInline: (index: number) => boolean = () => false,
): { attachments: Attachment[]; faults: { path: [number, 'content_id']; message: string }[] } {
  if (!attachments.some(({ contentId }) => contentId))
    return { attachments: [...attachments], faults: [] }
  const references = referencesIn(html ?? '')
  const shown = attachments.map(({ contentId, ...file }, index) => {
    const stands =
      contentId && (isInline(index) || references.some((text) => names(text, contentId)))
    return stands ? { ...file, contentId } : file
  })
  const faults = shown.flatMap((file, index) =>
    'contentId' in file && !isContentId(file.contentId)
      ? [{ path: [index, 'content_id'] as [number, 'content_id'], message: rule }]
      : [],
  )
  return { attachments: shown, faults }
}

/** What follows each `cid:`, long enough for any content id. */
function referencesIn(html: string): string[] {
  return html
    .split(/cid:/i)
    .slice(1)
    .map((text) => text.slice(0, 3 * longestReference))
}

/** Characters; each may be percent-encoded (RFC 2392). */
const longestReference = 256

function names(text: string, contentId: string): boolean {
  const spellings = [contentId, encodeURI(contentId), encodeURIComponent(contentId)]
  return spellings.some(
    (one) => text.startsWith(one) && /^($|[\s"'<>)&,;\\])/.test(text.slice(one.length)),
  )
}

const rule = '1 to 128 printable ASCII characters without < > or spaces, for the html refers to it'

/** What may stand between the angle brackets of a Content-ID. */
function isContentId(text: string): boolean {
  return /^[\x21-\x3b\x3d\x3f-\x7e]{1,128}$/.test(text)
}
