import type { Context } from 'hono'
import type { ApiEnv } from '../access/auth.ts'
import { localeHeader, type FindTemplate } from './find.ts'

/** Where the templates of a request come from. */
export interface Origin {
  readonly find: FindTemplate
  readonly project: string
  /** The one to use where an email names none. */
  readonly locale?: string
}

export function originOf(c: Context<ApiEnv>, find: FindTemplate): Origin {
  return { find, project: c.var.caller.project, locale: c.req.header(localeHeader) }
}
