import type { SMTPServerAddress } from 'smtp-server'

/** What the client says that the email will have (RFC 1870), which may be wrong. */
export function sizeOf({ args }: SMTPServerAddress): number {
  const { SIZE: size } = { ...(args as Record<string, unknown>) }
  return typeof size === 'string' && /^\d{1,12}$/.test(size) ? Number(size) : 0
}
