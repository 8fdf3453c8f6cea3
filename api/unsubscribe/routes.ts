import { Hono, type Context } from 'hono'
import type { LinkSubject } from '../../mail/suppress/link.ts'
import { readLinkToken } from '../../mail/suppress/link.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import type { Shown } from './page.ts'

/**
 * One-click unsubscribe (RFC 8058), for everyone who has a link: without a key, a cookie or an
 * Origin. A GET asks, and changes nothing, for scanners follow every link within seconds; a POST
 * obeys, whatever its body says, as often as it comes.
 */
export function unsubscribing(postern: Postern): Hono<ApiEnv> {
  const { suppressions, clock } = postern
  return new Hono<ApiEnv>()
    .get('/u/:token', async (c) => {
      const subject = await subjectOf(postern, c.req.param('token'))
      return subject ? answer(c, await shown(postern, subject, 'ask')) : answer(c, invalid)
    })
    .post('/u/:token', async (c) => {
      const subject = await subjectOf(postern, c.req.param('token'))
      if (!subject) return answer(c, invalid)
      const { project, address, list, emailId } = subject
      const cause = { reason: 'unsubscribe', at: clock.now(), by: 'recipient', emailId } as const
      await suppressions.add({ project, address, list }, cause)
      return answer(c, await shown(postern, subject, 'done'))
    })
}

const invalid: Shown = { kind: 'invalid' }

/** Loaded with the first that asks: a start has no time for pages in ten languages. */
const pages = () => Promise.all([import('./page.ts'), import('./words.ts')])

async function answer(c: Context, what: Shown): Promise<Response> {
  const [{ pagePolicy, unsubscribePage }, { languageFor }] = await pages()
  const language = languageFor(c.req.header('accept-language'))
  c.header('Content-Security-Policy', pagePolicy)
  c.header('Content-Language', language)
  c.header('Vary', 'Accept-Language')
  return c.html(unsubscribePage(language, what), what.kind === 'invalid' ? 404 : 200)
}

/** What none of the known keys signed may be signed by one that another process just made. */
async function subjectOf({ linkKeys }: Postern, token: string): Promise<LinkSubject | undefined> {
  return (
    readLinkToken(token, await linkKeys.all()) ?? readLinkToken(token, await linkKeys.all(true))
  )
}

async function shown(
  { inForce }: Postern,
  { address, list }: LinkSubject,
  kind: 'ask' | 'done',
): Promise<Shown> {
  const { lists } = (await inForce.current()).settings.unsubscribe
  const known = Object.hasOwn(lists, list) ? lists[list]!.name : undefined
  // Numbers and UUIDs are no names: SendGrid's groups and Resend's topics have those.
  const isName = /[a-z]/i.test(list) && !/^[\da-f-]{36}$/i.test(list)
  const name = known ?? (isName ? list : undefined)
  return { kind, address, ...(name !== undefined && { list: name }) }
}
