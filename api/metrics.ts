import { Hono } from 'hono'
import { forAllProjects, needs, type ApiEnv, type Authenticate } from './access/auth.ts'

/** `GET /metrics`, for keys of all projects with full access: it tells how much everyone sends. */
export function metricsPage(authenticate: Authenticate, page: () => Promise<Response>) {
  return new Hono<ApiEnv>().get(
    '/metrics',
    needs('full_access', authenticate),
    forAllProjects,
    () => page(),
  )
}
