import type { Context } from 'hono'

/** Which version of Postern a command line is of. */
export const clientVersionHeader = 'X-Postern-Client'

/** Which version answers. */
export const versionHeader = 'X-Postern-Version'

/** Tells a client of Postern that was let in which version answers; no one else asks. */
export function tellVersion(c: Context, version: string) {
  if (c.req.header(clientVersionHeader) !== undefined) c.header(versionHeader, version)
}
