import { createHash } from 'node:crypto'
import { Hono, type Context } from 'hono'
import { compress } from 'hono/compress'
import type { ApiEnv } from './auth.ts'
import { notFound } from './errors.ts'
import { landingPage } from './landing.ts'

/** A file of the built console. */
export interface ConsoleFile {
  readonly bytes: Uint8Array
  readonly contentType: string
}

/** Reads a file by its path below the console's folder; undefined when there is none. */
export type ReadConsole = (path: string) => ConsoleFile | undefined

/**
 * The web console at `/`: one page and its assets below `/console/`. Which view it shows stands
 * behind the `#` and never comes here. It knows nothing until it has asked the API.
 */
export function consolePages(read: ReadConsole = () => undefined): Hono<ApiEnv> {
  const etags = etagCache()
  const page = (c: Context) => {
    const file = read('index.html')
    return file ? answer(c, file, etags(file), 'no-cache') : c.html(landingPage)
  }
  return new Hono<ApiEnv>()
    .use('/console/*', compress())
    .get('/', page)
    .get('/console', page)
    .get('/console/*', (c) => {
      const path = c.req.path.slice('/console/'.length)
      const file = read(path)
      if (!file || path === 'index.html') throw notFound('File')
      return answer(c, file, etags(file), path.startsWith('assets/') ? forEver : 'no-cache')
    })
}

/** Their names hold a hash of what is in them. */
const forEver = 'public, max-age=31536000, immutable'

/** Whatever slips into the page may run no script and reach nobody but this host. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

function answer(c: Context, { bytes, contentType }: ConsoleFile, etag: string, cache: string) {
  c.header('Content-Security-Policy', policy)
  c.header('Cross-Origin-Opener-Policy', 'same-origin')
  c.header('Cache-Control', cache)
  c.header('ETag', etag)
  // A compressed answer has the same tag, but weak.
  if (c.req.header('if-none-match')?.replace(/^W\//, '') === etag) return c.body(null, 304)
  return c.body(Buffer.from(bytes), 200, { 'Content-Type': contentType })
}

function etagCache() {
  const known = new WeakMap<Uint8Array, string>()
  return ({ bytes }: ConsoleFile): string => {
    const etag = known.get(bytes) ?? `"${createHash('sha256').update(bytes).digest('base64url')}"`
    known.set(bytes, etag)
    return etag
  }
}
