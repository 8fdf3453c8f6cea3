import { takeMore, tooLarge } from './body-room.ts'
import { Refusal } from './errors.ts'

/**
 * Reads the body of a request, decompressed.
 *
 * @param limit in bytes, as sent and as decompressed; what is longer is refused before or while it
 * is read, never kept
 * @throws Refusal 503 when there is no room for it now, 413 for too long, 415 for a compression that
 * is not known, 400 for what is cut off or not what it says
 */
export async function readBodyBytes(request: Request, limit: number): Promise<Buffer> {
  const announced = request.headers.get('content-length')
  if (Number(announced) > limit) throw tooLarge(limit)
  const compression = compressionOf(request)
  const grown = (bytes: number) => takeMore(request, bytes)
  if (compression) return collect(decompressed(request, compression), limit, grown)
  // HTTP holds a body to the length it announced: then it need not be counted.
  if (announced !== null) return Buffer.from(await request.arrayBuffer().catch(cutOff))
  return collect(chunksOf(request.body, cutOff), limit, grown)
}

/** By the names of HTTP (RFC 9110, 8.4.1). */
const compressions: Readonly<Record<string, string>> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  br: 'brotli',
}

function compressionOf(request: Request): string | undefined {
  const name = request.headers.get('content-encoding')?.trim().toLowerCase() ?? ''
  if (name === '' || name === 'identity') return undefined
  if (Object.hasOwn(compressions, name)) return compressions[name]
  const rule = `must be gzip, deflate or br, or absent`
  throw new Refusal(415, 'validation_error', `The Content-Encoding of the body: ${rule}.`)
}

/** Chunk by chunk, so that a small body that grows large is seen while it grows. */
function decompressed({ body }: Request, compression: string): AsyncIterable<Uint8Array> {
  // The types lack brotli, which Node has since 24.7.
  const stream = new DecompressionStream(compression as 'gzip')
  return chunksOf(body?.pipeThrough(stream), notCompressed)
}

async function collect(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
  grown: (bytes: number) => void,
): Promise<Buffer> {
  const kept: Uint8Array[] = []
  let size = 0
  // Leaving the loop early cancels the stream.
  for await (const chunk of chunks) {
    size += chunk.byteLength
    if (size > limit) throw tooLarge(limit)
    grown(chunk.byteLength)
    kept.push(chunk)
  }
  return Buffer.concat(kept, size)
}

async function* chunksOf(
  body: ReadableStream<Uint8Array> | null | undefined,
  onError: (cause: unknown) => never,
): AsyncGenerator<Uint8Array> {
  if (!body) return
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(onError)
      if (done) return
      yield value
    }
  } finally {
    // Rejects when the caller is gone and needs no answer.
    await reader.cancel().catch(() => undefined)
  }
}

function cutOff(cause: unknown): never {
  throw broken('The body ended early.', cause)
}

function notCompressed(cause: unknown): never {
  throw broken('The body is not compressed as its Content-Encoding says, or it ended early.', cause)
}

function broken(message: string, cause: unknown): Refusal {
  const refusal = new Refusal(400, 'validation_error', message)
  refusal.cause = cause
  return refusal
}
