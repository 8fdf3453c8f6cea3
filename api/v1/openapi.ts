import { Hono } from 'hono'
import type { ApiEnv } from '../access/auth.ts'

/** `GET /v1/openapi.json`: the whole API as a document, without a key. */
export function v1OpenApi(version: string): Hono<ApiEnv> {
  let document: object | undefined
  return new Hono<ApiEnv>().get('/openapi.json', async (c) => {
    // Built on the first request, since few ask.
    const { openApiDocument } = await import('../openapi/document.ts')
    return c.json((document ??= openApiDocument(version)))
  })
}
