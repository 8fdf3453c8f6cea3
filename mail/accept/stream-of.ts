import { usualStream, type Stream } from '../email/stream.ts'
import type { Caller } from '../keys/caller.ts'
import type { EmailRequest } from '../request/email-request.ts'
import type { Settings } from '../settings/settings.ts'

/** From so many emails in one request on they are a mailing, unless something says otherwise. */
export const mostTransactional = 50

/**
 * The stream of an email: as it says itself, else as its caller's key or request does, else as its
 * project does; else bulk is what comes in a large batch, and what can be unsubscribed from.
 *
 * @param together emails that the request asks for
 */
export function streamOf(
  { stream, content, isListMail, list }: EmailRequest,
  caller: Caller,
  { streams }: Settings,
  together: number,
): Stream {
  const said = stream ?? caller.stream ?? streams.usual
  if (said) return said
  if (together > mostTransactional || isListMail || list !== undefined) return 'bulk'
  const names = content.kind === 'structured' ? Object.keys(content.headers) : []
  return names.some((name) => name.toLowerCase() === 'list-unsubscribe') ? 'bulk' : usualStream
}
