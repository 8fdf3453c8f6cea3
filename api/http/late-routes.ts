import type { Context, Hono, MiddlewareHandler } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import type { ApiEnv } from '../access/auth.ts'

/** Routes that no start has to wait for. */
export interface LateRoutes {
  /** What their addresses begin with, none of which the app has routes for before. */
  readonly at: readonly string[]
  readonly load: () => Promise<Hono<ApiEnv>>
}

/**
 * Adds routes with the first request at their addresses, which then starts over. Comes before
 * everything else of the app, so that nothing is done twice; the routes come after everything else.
 *
 * @param app with a router that takes routes after its first request
 */
export function addWhenAsked(app: Hono<ApiEnv>, { at, load }: LateRoutes) {
  let isMissing = true

  const loadFirst: MiddlewareHandler<ApiEnv> = async (c, next) => {
    if (!isMissing) return next()
    const routes = await load()
    if (isMissing) app.route('/', routes)
    isMissing = false
    return app.fetch(c.req.raw, c.env)
  }

  for (const path of at) app.use(`${path}/*`, loadFirst)
}

/** Refuses methods that an address does not take: Hono's own knows the routes of its first 404. */
export function refuseWrongMethods(
  app: Hono<ApiEnv>,
  refuse: (c: Context, methods: string[]) => Response,
): MiddlewareHandler {
  let known: { readonly routes: number; readonly handler: MiddlewareHandler } | undefined
  return (c, next) => {
    const routes = app.routes.length
    if (known?.routes !== routes)
      known = { routes, handler: methodNotAllowed({ app, onMethodNotAllowed: refuse }) }
    return known.handler(c, next)
  }
}
