import type { Context } from 'hono'

/**
 * What Mailpit answers when something was done. The `mailhog` package for Node takes what is not
 * empty for JSON, and nothing else sends a request without Accept and User-Agent.
 */
export function ok(c: Context): Response {
  const isMailHog = !c.req.header('accept') && !c.req.header('user-agent')
  return isMailHog ? c.body(null, 200) : c.text('ok')
}
