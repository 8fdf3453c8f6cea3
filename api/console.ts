import { createHash } from 'node:crypto'
import { Hono, type Context } from 'hono'
import { accepts } from 'hono/accepts'
import { getMimeType } from 'hono/utils/mime'
import type { ApiEnv } from './access/auth.ts'
import { notFound } from './http/errors.ts'
import { landingPage } from './landing.ts'

/** Reads a file by its path below the console's folder; undefined when there is none. */
export type ReadConsole = (path: string) => Uint8Array | undefined

/**
 * The web console at `/`: one page and its assets below `/console/`. Which view it shows stands
 * behind the `#` and never comes here. It knows nothing until it has asked the API.
 */
export function consolePages(read: ReadConsole = () => undefined): Hono<ApiEnv> {
  const find = formCache(read)
  const page = async (c: Context) => {
    const file = await find('index.html')
    if (file) return answer(c, file, 'no-cache')
    c.header('Content-Security-Policy', policy)
    return c.html(landingPage)
  }
  return new Hono<ApiEnv>()
    .get('/', page)
    .get('/console', page)
    .get('/console/*', async (c) => {
      const path = c.req.path.slice('/console/'.length)
      const file = path === 'index.html' ? undefined : await find(path)
      if (!file) throw notFound('File')
      return answer(c, file, path.startsWith('assets/') ? forEver : 'no-cache')
    })
}

/** Their names hold a hash of what is in them. */
const forEver = 'public, max-age=31536000, immutable'

const encodings = {
  header: 'Accept-Encoding' as const,
  supports: ['gzip', 'identity'],
  default: 'identity',
}

/** Whatever slips into the page may run no script and reach no other host. */
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

function answer(c: Context, file: ConsoleFile, cache: string) {
  const isPacked = accepts(c, encodings) === 'gzip'
  const { etag, bytes } = isPacked ? file.packed : file.plain
  c.header('Content-Security-Policy', policy)
  c.header('Cross-Origin-Opener-Policy', 'same-origin')
  c.header('Cache-Control', cache)
  c.header('ETag', etag)
  c.header('Vary', 'Accept-Encoding')
  // A proxy may have made it weak, and here that is as good (RFC 9110 section 13.1.2).
  if (c.req.header('if-none-match')?.replace(/^W\//, '') === etag) return c.body(null, 304)
  if (isPacked) c.header('Content-Encoding', 'gzip')
  return c.body(bytes, 200, { 'Content-Type': file.contentType })
}

/** A file, plain and compressed for clients that unpack it; compressed once, not per request. */
interface ConsoleFile {
  readonly contentType: string
  readonly plain: Form
  readonly packed: Form
}

interface Form {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly etag: string
}

function formCache(read: ReadConsole) {
  const known = new Map<string, Promise<ConsoleFile>>()
  return (path: string): Promise<ConsoleFile> | undefined => {
    const bytes = known.has(path) ? undefined : read(path)
    if (bytes) known.set(path, inForms(path, bytes))
    return known.get(path)
  }
}

async function inForms(path: string, bytes: Uint8Array): Promise<ConsoleFile> {
  const contentType = getMimeType(path) ?? 'application/octet-stream'
  const packing = new Blob([Buffer.from(bytes)]).stream().pipeThrough(new CompressionStream('gzip'))
  const packed = new Uint8Array(await new Response(packing).arrayBuffer())
  return { contentType, plain: formOf(bytes), packed: formOf(packed) }
}

function formOf(bytes: Uint8Array): Form {
  const etag = `"${createHash('sha256').update(bytes).digest('base64url')}"`
  return { bytes: Buffer.from(bytes), etag }
}
