import type { Logger } from '@aws-lambda-powertools/logger'
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { Hono } from 'hono'
import { handle } from 'hono/aws-lambda'
import { spelledHeaders } from '../../api/http/header-case.ts'
import { answerRefusal, Refusal, refusalOf } from '../../api/http/errors.ts'
import type { Lend } from '../../backends/aws/lent-files.ts'
import { troubleHere } from '../trouble-here.ts'

/** The part of the app that a host needs. */
export interface App {
  fetch(request: Request): Response | Promise<Response>
  /** Puts a file elsewhere that Lambda cannot hand back, and says where. */
  readonly lend?: Lend
}

export type ApiEvent = APIGatewayProxyEventV2
export type ApiResult = APIGatewayProxyStructuredResultV2
export type ApiHandler = (event: ApiEvent, context: Context) => Promise<ApiResult>

/**
 * Most bytes that Lambda hands back, as JSON: 6 MB
 * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
 */
export const mostAnswerBytes = 6_291_456

/**
 * Carries the events of an HTTP API (payload 2.0) to the app and its answers back. Whatever goes
 * wrong is answered in the dialect of the caller, also before there is an app.
 *
 * @param open makes the app, or throws when it cannot: asked until it succeeds
 */
export function apiHandler(open: () => App | Promise<App>, logger: Logger): ApiHandler {
  let app: App | undefined

  async function answer(event: ApiEvent, context: Context): Promise<ApiResult> {
    try {
      if (unknownMethods.has(event.requestContext.http.method)) return refuse(event, wrongMethod)
      app ??= await open()
      const result = await carry(app, event, context)
      return fits(result) ? result : ((await lent(app, result)) ?? (await refuse(event, tooLong)))
    } catch (error) {
      logger.error('request failed', troubleHere(error))
      return refuse(event, refusalOf(error))
    }
  }

  return middy<ApiEvent, ApiResult>().use(injectLambdaContext(logger)).handler(answer)
}

/** Methods of which no Request can be made (Fetch standard, "forbidden methods"). */
const unknownMethods = new Set(['CONNECT', 'TRACE', 'TRACK'])

const wrongMethod = new Refusal(405, 'method_not_allowed', 'This method is not possible here.')

const tooLong = new Refusal(
  413,
  'application_error',
  'The answer is larger than the 6 MB that a Lambda function can give: ask for fewer items, or for this one with `postern --stack`.',
)

async function carry(app: App, event: ApiEvent, context: Context): Promise<ApiResult> {
  const { method } = event.requestContext.http
  // SDKs send a GET with a body, of which no Request can be made.
  const body = method === 'GET' || method === 'HEAD' ? undefined : event.body
  const run = handle(app as Hono) as (event: ApiEvent, context: Context) => Promise<ApiResult>
  const result = await run({ ...event, body, headers: knownHeaders(event) }, context)
  return result.headers ? { ...result, headers: spelledHeaders(result.headers) } : result
}

/** What API Gateway knows of the caller's way, in place of what the caller says of it. */
function knownHeaders({ headers, requestContext }: ApiEvent): ApiEvent['headers'] {
  const { 'x-forwarded-host': _claimed, ...rest } = headers
  return { ...rest, 'x-forwarded-for': requestContext.http.sourceIp }
}

/** A file that is to be saved, from where it is lent: a browser and `curl -L` follow the link. */
async function lent({ lend }: App, { statusCode, headers = {}, ...result }: ApiResult) {
  const [type, disposition] = ['content-type', 'content-disposition'].map((name) =>
    String(headers[name] ?? ''),
  )
  if (!lend || statusCode !== 200 || !disposition?.startsWith('attachment')) return undefined
  const bytes = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8')
  const location = await lend({ bytes, type: type!, disposition })
  return { statusCode: 302, headers: { location, 'cache-control': 'no-store' } }
}

function refuse(event: ApiEvent, refusal: Refusal): Promise<ApiResult> {
  const app = new Hono().all('*', (c) => answerRefusal(c, refusal))
  const { requestContext } = event
  const asked = { ...requestContext, http: { ...requestContext.http, method: 'POST' } }
  return carry(app, { ...event, body: undefined, requestContext: asked }, {} as Context)
}

/** Counted exactly only where it may matter: it is one more copy of the answer. */
function fits(result: ApiResult): boolean {
  const { length = 0 } = result.body ?? ''
  if (length < mostAnswerBytes / 6) return true
  return Buffer.byteLength(JSON.stringify(result)) <= mostAnswerBytes
}
