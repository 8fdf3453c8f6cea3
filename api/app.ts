import { Hono, type Context, type MiddlewareHandler } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { routePath } from 'hono/route'
import { TrieRouter } from 'hono/router/trie-router'
import { getPath } from 'hono/utils/url'
import type { HostFacts } from '../mail/doctor/facts.ts'
import type { Postern } from '../mail/ports/postern.ts'
import { NoRoom } from '../mail/room.ts'
import { troubleLine } from '../mail/trouble.ts'
import { sendWithCandidate } from '../mail/doctor/test-candidate.ts'
import type { Access } from '../mail/keys/gate.ts'
import { authenticator, forAllProjects, needs, type ApiEnv } from './access/auth.ts'
import { linkKeeper } from './access/signed-link.ts'
import { consolePages, type ReadConsole } from './console.ts'
import { leaveWhenAnswered } from './http/answer-room.ts'
import { answerRefusal, Refusal, refusalOf } from './http/errors.ts'
import { onlyUnder, ownPagesOnly } from './http/origin.ts'
import { sendGridBatches } from './sendgrid/batches.ts'
import { resendSurface } from './resend/surface.ts'
import { sendGridGroups } from './sendgrid/groups.ts'
import { sendGridMailSend } from './sendgrid/mail-send.ts'
import { sendGridScopes } from './sendgrid/scopes.ts'
import { sendGridSuppressions } from './sendgrid/suppressions.ts'
import { unsubscribing } from './unsubscribe/routes.ts'
import { templateFinder, type FolderTemplates } from './templates/find.ts'
import { testFinder } from './templates/test-words.ts'
import { v1Captures } from './v1/captures.ts'
import { v1Doctor } from './v1/doctor.ts'
import { v1Emails } from './v1/emails.ts'
import { v1Events } from './v1/events.ts'
import { v1Feedback } from './v1/feedback.ts'
import { v1Health } from './v1/health.ts'
import { v1OpenApi } from './v1/openapi.ts'
import { v1Pauses } from './v1/pauses.ts'
import { v1Projects } from './v1/projects.ts'
import { v1Queue } from './v1/queue.ts'
import { v1Senders } from './v1/senders.ts'
import {
  v1SendGridFeedback,
  type OnRefusedFeedback,
  type ReadSendGridBatch,
} from './v1/sendgrid-feedback.ts'
import { v1Session } from './v1/session.ts'
import { v1Settings } from './v1/settings.ts'
import { v1SettingsForm } from './v1/settings-form.ts'
import { v1Stats } from './v1/stats.ts'
import { v1SuppressionFiles } from './v1/suppression-files.ts'
import { v1Suppressions } from './v1/suppressions.ts'
import { v1TestEmail, type SendWithCandidate } from './v1/test-email.ts'
import { v1UnsubscribeKeys } from './v1/unsubscribe-keys.ts'
import { v1Uploads } from './v1/uploads.ts'
import { v1Webhooks } from './v1/webhooks.ts'

export interface ApiOptions {
  readonly access: Access
  /** The names, without port, under which it answers; any when undefined. */
  readonly hosts?: readonly string[]
  /** What links begin with, without a slash at the end; as the caller came unless given. */
  readonly url?: string
  /** Keeps the key that ends open access for the owner of this machine. */
  readonly keepFirstKey?: (token: string) => void
  /** What the doctor and the health want to know of the host. */
  readonly hostFacts: () => Promise<HostFacts>
  /** Of Postern, shown by `/v1/health`. */
  readonly version: string
  /**
   * Where test emails go in: to the same Postern as all others unless given. A host whose queue may
   * be long gives one that does not let them wait.
   */
  readonly forTests?: Postern
  /** Sends a test email with settings that are not in force; here, unless another host has to. */
  readonly sendWithCandidate?: SendWithCandidate
  /** Reads what SendGrid tells; without it, that is not taken. */
  readonly readSendGridBatch?: ReadSendGridBatch
  /** Told why nothing came of feedback that was handed in: a host counts it. */
  readonly onRefusedFeedback?: OnRefusedFeedback
  /** The templates of the host's folder. */
  readonly templates?: FolderTemplates
  /** Those that come with Postern: test emails are made from one. */
  readonly starterSet?: FolderTemplates
  /** The files of the built console; without them a plain page says how to build it. */
  readonly console?: ReadConsole
  /** Receives what went wrong, fit for any log: no addresses, contents or secrets. */
  readonly log?: (line: object) => void
}

/** The whole HTTP API, from a Request to a Response; a host only carries them. */
export function createApp(postern: Postern, options: ApiOptions): Hono<ApiEnv> {
  const { access, hosts, version, hostFacts, forTests = postern, log, console: files } = options
  const authenticate = authenticator(postern, access)
  const find = templateFinder(options.templates)
  const { onRefusedFeedback: refused = () => undefined } = options
  const links = linkKeeper(postern, authenticate, options.url)
  // What Hono would fall back to: its first choice does not take all paths here, and to find that
  // out costs a start some milliseconds.
  const app = new Hono<ApiEnv>({ getPath: tidyPath, router: new TrieRouter() })
  app.use(guardAnswers)
  app.use(methodNotAllowed({ app, onMethodNotAllowed: wrongMethod }))
  // For everyone who has a link, under whichever name it leads here.
  app.route('/', unsubscribing(postern))
  if (hosts) app.use(onlyUnder(hosts))
  app.route('/', consolePages(files))
  app.route('/v1', v1OpenApi(version))
  if (access === 'open') app.use(ownPagesOnly)
  app.route('/', resendSurface(postern, authenticate, { ...options, links, find }))
  app.route('/', sendGridMailSend(postern, authenticate, find))
  app.route('/', sendGridBatches(postern, authenticate))
  app.route('/', sendGridSuppressions(postern, authenticate))
  app.route('/', sendGridGroups(postern, authenticate))
  app.route('/', sendGridScopes(authenticate))
  app.route('/v1', v1Health(postern, authenticate, { version, hostFacts }))
  app.route('/v1', v1Session(postern, authenticate))
  app.route('/v1', v1Uploads(postern, authenticate, links))
  if (options.readSendGridBatch)
    app.route('/v1', v1SendGridFeedback(postern, authenticate, options.readSendGridBatch, refused))
  app.use('/v1/*', needs('full_access', authenticate))
  app.use('/v1/settings/*', forAllProjects)
  app.use('/v1/doctor', forAllProjects)
  app.use('/v1/feedback/*', forAllProjects)
  for (const part of [
    v1Settings,
    v1SettingsForm,
    v1Projects,
    v1Stats,
    v1Emails,
    v1Events,
    v1Captures,
    v1Queue,
    v1Pauses,
    v1Senders,
  ])
    app.route('/v1', part(postern))
  const findTest = testFinder(find, options.starterSet)
  app.route('/v1', v1TestEmail(forTests, options.sendWithCandidate ?? sendWithCandidate, findTest))
  app.route('/v1', v1SuppressionFiles(postern))
  app.route('/v1', v1Suppressions(postern))
  app.route('/v1', v1Webhooks(postern))
  app.route('/v1', v1UnsubscribeKeys(postern))
  app.route('/v1', v1Feedback(postern, refused))
  app.route('/v1', v1Doctor(postern, hostFacts))
  app.notFound((c) => answerRefusal(c, nowhere))
  app.onError((error, c) => {
    const refusal = refusalOf(error)
    if (refusal.status >= 500 && refusal !== error && !(error instanceof NoRoom))
      log?.(lineOf(error, c))
    return answerRefusal(c, refusal)
  })
  return app
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

function lineOf(error: Error, c: Context) {
  const route = `${c.req.method} ${routePath(c)}`
  return { level: 'error', what: 'request failed', route, ...troubleLine(error) }
}
