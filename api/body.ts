import { isPlainObject } from '../mail/settings.ts'
import { Refusal } from './errors.ts'

/**
 * Largest body of an email, in bytes: 10 MB of attachment take four times that as
 * `{"type":"Buffer","data":[...]}`, which most Node SDKs send.
 */
export const mostEmailBodyBytes = 60_000_000

/** Largest body of everything else, in bytes. */
export const mostBodyBytes = 1_000_000

/**
 * Reads the body as a JSON object, whatever its content type says.
 *
 * @param limit in bytes; what is longer is refused before or while it is read, never kept
 * @returns an empty object when there is no body
 * @throws Refusal 413 for too long, 400 for what is not UTF-8, not JSON or not an object
 */
export async function readJsonObject(
  request: Request,
  limit = mostBodyBytes,
): Promise<Record<string, unknown>> {
  const text = decode(await readBytes(request, limit))
  const value: unknown = text.trim() === '' ? {} : parse(text)
  if (isPlainObject(value)) return value
  throw new Refusal(400, 'validation_error', 'The body must be a JSON object.')
}

async function readBytes(request: Request, limit: number): Promise<Buffer> {
  const announced = request.headers.get('content-length')
  if (Number(announced) > limit) throw tooLarge(limit)
  // HTTP holds a body to the length it announced: then it need not be counted.
  if (announced !== null) return Buffer.from(await request.arrayBuffer().catch(cutOff))
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop early cancels the stream.
  for await (const chunk of chunksOf(request)) {
    size += chunk.byteLength
    if (size > limit) throw tooLarge(limit)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

function tooLarge(limit: number): Refusal {
  return new Refusal(413, 'validation_error', `The body is larger than ${limit} bytes.`)
}

async function* chunksOf(request: Request): AsyncGenerator<Uint8Array> {
  if (!request.body) return
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(cutOff)
      if (done) return
      yield value
    }
  } finally {
    // Rejects when the caller is gone, who then needs no answer.
    await reader.cancel().catch(() => undefined)
  }
}

function cutOff(cause: unknown): never {
  const refusal = new Refusal(400, 'validation_error', 'The body ended early.')
  refusal.cause = cause
  throw refusal
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Refusal(400, 'not_utf8', 'The body is not valid UTF-8.')
  }
}

/** The words of JSON.parse quote the body, so they are not passed on. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal(400, 'validation_error', 'The body is not valid JSON.')
  }
}
