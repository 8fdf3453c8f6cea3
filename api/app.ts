import { Hono, type Context, type MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import { TrieRouter } from 'hono/router/trie-router'
import { getPath } from 'hono/utils/url'
import type { Postern } from '../mail/ports/postern.ts'
import { NoRoom } from '../mail/room.ts'
import type { Told } from '../mail/told.ts'
import { troubleLine } from '../mail/trouble.ts'
import type { Access } from '../mail/keys/gate.ts'
import { authenticator, type ApiEnv } from './access/auth.ts'
import { alive } from './alive.ts'
import { tellingAnswers, tracingRequests, type Answered, type RequestSpan } from './answered.ts'
import { linkKeeper } from './access/signed-link.ts'
import { consolePages, type ReadConsole } from './console.ts'
import { leaveWhenAnswered } from './http/answer-room.ts'
import { answerRefusal, Refusal, refusalOf } from './http/errors.ts'
import { addWhenAsked, refuseWrongMethods, type LateRoutes } from './http/late-routes.ts'
import { onlyUnder, ownPagesOnly } from './http/origin.ts'
import { metricsPage } from './metrics.ts'
import { waitPlaces } from './http/wait-places.ts'
import { resendAttachments } from './resend/attachments.ts'
import { resendBatch } from './resend/batch.ts'
import { resendEmails } from './resend/emails.ts'
import { resendOutOfScope } from './resend/out-of-scope.ts'
import { sendGridMailSend } from './sendgrid/mail-send.ts'
import type { Shared } from './shared.ts'
import { unsubscribing } from './unsubscribe/routes.ts'
import { templateLibrary, type FolderTemplates } from './templates/find.ts'
import { v1OpenApi } from './v1/openapi.ts'
import type { V1Options } from './v1/surface.ts'

export interface ApiOptions extends V1Options {
  readonly access: Access
  /** The names, without port, under which it answers; any when undefined. */
  readonly hosts?: readonly string[]
  /** What links begin with, without a slash at the end; as the caller came unless given. */
  readonly url?: string
  /** Keeps the key that ends open access for the owner of this machine. */
  readonly keepFirstKey?: (token: string) => void
  /** The templates of the host's folder. */
  readonly templates?: FolderTemplates
  /** The files of the built console; without them a plain page says how to build it. */
  readonly console?: ReadConsole
  /** Receives what went wrong, fit for any log: no addresses, contents or secrets. */
  readonly log?: (line: Told) => void
  /** Told of each request once it is answered. */
  readonly onAnswered?: (answered: Answered) => void
  /** Begins the span of a request, given what the caller's is. */
  readonly beginSpan?: (traceparent: string | undefined) => RequestSpan
  /** What `/metrics` answers; without it there is nothing. */
  readonly metrics?: () => Promise<Response>
}

/** The whole HTTP API, from a Request to a Response; a host only carries them. */
export function createApp(postern: Postern, options: ApiOptions): Hono<ApiEnv> {
  const { access, hosts, log, onAnswered, beginSpan, metrics } = options
  const authenticate = authenticator(postern, access, options.version)
  const links = linkKeeper(postern, authenticate, options.url)
  const library = templateLibrary(postern, options.templates)
  const { find } = library
  const shared = { authenticate, links, library, waits: waitPlaces() }
  // The one of Hono's routers that takes routes later. Its first choice does not take all paths
  // here, and to find that out costs a start some milliseconds.
  const app = new Hono<ApiEnv>({ getPath: tidyPath, router: new TrieRouter() })
  for (const routes of besidesSending(postern, shared, options)) addWhenAsked(app, routes)
  if (onAnswered) app.use(tellingAnswers(onAnswered))
  if (beginSpan) app.use(tracingRequests(beginSpan))
  app.use(guardAnswers)
  app.use(refuseWrongMethods(app, wrongMethod))
  // For everyone who has a link, under whichever name it leads here.
  app.route('/', unsubscribing(postern))
  // Kubernetes asks under the address of a pod, which no one lists.
  app.route('/', alive(postern.clock, options.hostFacts))
  if (hosts) app.use(onlyUnder(hosts))
  app.route('/', consolePages(options.console))
  app.route('/v1', v1OpenApi(options.version))
  if (access === 'open') app.use(ownPagesOnly)
  if (metrics) app.route('/', metricsPage(authenticate, metrics))
  // Names come before what takes the same part of a path for an id.
  app.route('/', resendOutOfScope())
  app.route('/', resendBatch(postern, authenticate, find))
  app.route('/', resendEmails(postern, authenticate, find))
  app.route('/', resendAttachments(postern, authenticate, links))
  app.route('/', sendGridMailSend(postern, authenticate, find))
  app.notFound((c) => answerRefusal(c, nowhere))
  app.onError((error, c) => {
    const refusal = refusalOf(error)
    if (refusal.status >= 500 && refusal !== error && !(error instanceof NoRoom))
      log?.(lineOf(error, c))
    return answerRefusal(c, refusal)
  })
  return app
}

/** What few ask for, and no function that just started to take an email has to load. */
function besidesSending(postern: Postern, shared: Shared, options: ApiOptions): LateRoutes[] {
  return [
    {
      at: ['/v1'],
      load: async () => (await import('./v1/surface.ts')).v1Surface(postern, shared, options),
    },
    {
      at: ['/api-keys', '/domains', '/suppressions', '/templates', '/webhooks'],
      load: async () =>
        (await import('./resend/management.ts')).resendManagement(postern, shared, options),
    },
    {
      at: [
        ...['/v3/asm', '/v3/mail/batch', '/v3/scopes', '/v3/suppression', '/v3/templates'],
        '/v3/user',
      ],
      load: async () =>
        (await import('./sendgrid/management.ts')).sendGridManagement(postern, shared),
    },
    {
      at: ['/api', '/view', '/email', '/healthz'],
      load: async () => (await import('./inbox.ts')).inboxSurface(postern, shared, options),
    },
  ]
}

/** SDKs join a base URL that ends in a slash to `//emails`. */
function tidyPath(request: Request): string {
  return getPath(request)
    .replace(/\/{2,}/g, '/')
    .replace(/(?<=.)\/$/, '')
}

/**
 * Answers hold other people's text: nothing in them may run, be framed, guessed at or cached,
 * unless a handler knows better.
 */
const guardAnswers: MiddlewareHandler = async (c, next) => {
  for (const [name, value] of guards) c.header(name, value)
  await next()
  leaveWhenAnswered(c)
  // An answer that was not made by the context has none of them.
  for (const [name, value] of guards) if (!c.res.headers.has(name)) c.header(name, value)
}

const guards = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'; sandbox"],
  ['Referrer-Policy', 'no-referrer'],
  ['Cache-Control', 'no-store'],
] as const

const nowhere = new Refusal(404, 'not_found', 'There is nothing at this address.')

function wrongMethod(c: Context, methods: string[]): Response {
  c.header('Allow', methods.join(', '))
  return answerRefusal(
    c,
    new Refusal(405, 'method_not_allowed', `This address only takes ${methods.join(', ')}.`),
  )
}

function lineOf(error: Error, c: Context): Told {
  const route = `${c.req.method} ${routePath(c)}`
  return { level: 'error', what: 'request failed', route, ...troubleLine(error) }
}
