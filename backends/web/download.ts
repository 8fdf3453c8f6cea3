import type { IncomingMessage } from 'node:http'
import { request, type RequestOptions } from 'node:https'
import type { Download, Web } from '../../mail/ports/web.ts'
import { destinations, readPublicUrl, requestTo, webFault, type WebPlace } from './destination.ts'

/** Longest a download may take altogether, in milliseconds. */
const mostMs = 20_000

/**
 * Fetches an https URL of the public internet. A caller who names a URL must not see
 * through Postern what only Postern can reach. The words of a refusal hold nothing that came from there
 * but the status.
 */
export function downloader(webPlace: WebPlace): Web['download'] {
  const destinationOf = destinations(webPlace)
  return async function download(text, mostBytes, signal) {
    const url = readPublicUrl(text)
    if (typeof url === 'string') return refused(url)
    const limited = AbortSignal.any([signal, AbortSignal.timeout(mostMs)])
    try {
      const found = await destinationOf(url, limited)
      if ('reason' in found) return refused(found.reason)
      return await fetchFrom(url, found.place, mostBytes, limited)
    } catch (error) {
      if (signal.aborted) throw signal.reason
      return refused(limited.aborted ? tooSlow : webFault(error, 'it could not be fetched'))
    }
  }
}

const tooSlow = `it took longer than ${mostMs / 1_000} s`

function fetchFrom(
  url: URL,
  place: RequestOptions,
  mostBytes: number,
  signal: AbortSignal,
): Promise<Download> {
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      ...place,
      ...requestTo(url),
      headers: { host: url.host, accept: '*/*', 'accept-encoding': 'identity' },
      signal,
    }
    const asked = request(options, (answer) => {
      read(answer, mostBytes)
        .then(resolve, reject)
        .finally(() => asked.destroy())
    })
    asked.on('error', reject).end()
  })
}

async function read(answer: IncomingMessage, mostBytes: number): Promise<Download> {
  const { statusCode, headers } = answer
  if (statusCode !== 200)
    return refused(`it answered with status ${statusCode}, where 200 is needed`)
  if (headers['content-encoding']) return refused('it answered in a compressed form')
  const tooLarge = refused(`it is larger than ${mostBytes} bytes`)
  if (Number(headers['content-length'] ?? 0) > mostBytes) return tooLarge
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > mostBytes) return tooLarge
    chunks.push(chunk)
  }
  const contentType = headers['content-type']
  return {
    kind: 'downloaded',
    bytes: Buffer.concat(chunks, size),
    ...(contentType !== undefined && { contentType }),
  }
}

function refused(reason: string): Download & { kind: 'refused' } {
  return { kind: 'refused', reason }
}
