import { serveHttp, type HttpServer } from '../http-server.ts'
import type { Watching } from '../watch-variables.ts'

/**
 * Answers `/metrics` at its own port, to anyone who can connect there.
 *
 * @throws Failure in words for the user, when it cannot listen there
 */
export function serveMetrics(
  page: () => Promise<Response>,
  { metricsPort: port, metricsHost: host }: Watching,
): Promise<HttpServer | undefined> {
  if (port === undefined) return Promise.resolve(undefined)
  const answer = (request: Request) =>
    new URL(request.url).pathname === '/metrics' ? page() : new Response('', { status: 404 })
  return serveHttp(answer, { port, host, variables })
}

const variables = { port: 'POSTERN_METRICS_PORT', host: 'POSTERN_METRICS_HOST' } as const
