import type { Context } from 'hono'

/** A file from outside: neither its name nor its type can be trusted. */
interface Served {
  readonly name: string
  readonly type: string
  readonly bytes: Uint8Array
}

/** Answers with a file that a browser saves and never shows. */
export function download(c: Context, { name, type, bytes }: Served): Response {
  return c.body(new Uint8Array(bytes), 200, {
    'Content-Type': quiet.test(type) ? type : 'application/octet-stream',
    'Content-Disposition': disposition(name),
    'Content-Length': String(bytes.byteLength),
  })
}

/** Types in which nothing runs even where a browser ignores that it should save. */
const quiet =
  /^(message\/rfc822|text\/(plain|csv|calendar)|application\/(pdf|zip|json)|image\/(png|jpeg|gif|webp)|(audio|video)\/[a-z0-9.+-]+)$/

/** RFC 6266: a plain name for all clients, the real one for those that read RFC 8187. */
function disposition(name: string): string {
  const safe = name.replace(/[^\w .()-]+/g, '_').slice(0, 150) || 'attachment'
  const exact = encodeURIComponent(name.replace(/[/\\]/g, '_').slice(0, 150).toWellFormed())
  const encoded = exact.replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${safe}"; filename*=UTF-8''${encoded}`
}
