import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https'
import type { Posted, Posting, Web } from '../../mail/ports/web.ts'
import { destinations, readPublicUrl, requestTo, webFault, type WebPlace } from './destination.ts'

export interface PostOptions extends WebPlace {
  /** Posts may go to private addresses, over http too and to any port: fixed at deploy time. */
  readonly privatePosts?: boolean
}

type Poster = Pick<Web, 'post' | 'examine'>

/**
 * Posts to URLs that customers name. The address is checked at every post, for the DNS may answer
 * otherwise than when the URL was first seen; a redirect is an answer like any other.
 */
export function poster({ privatePosts = false, ...webPlace }: PostOptions): Poster {
  const destinationOf = destinations(webPlace)
  const readUrl = privatePosts ? readAnyUrl : readPublicUrl

  async function find(text: string, signal: AbortSignal) {
    const url = readUrl(text)
    if (typeof url === 'string') return { reason: url }
    const found = await destinationOf(url, signal, privatePosts)
    return 'reason' in found ? found : { url, place: found.place }
  }

  async function post(text: string, posting: Posting): Promise<Posted> {
    const limited = AbortSignal.timeout(posting.mostMs)
    const signal = posting.signal ? AbortSignal.any([limited, posting.signal]) : limited
    try {
      const found = await find(text, signal)
      return 'reason' in found ? failed(found.reason) : await send(found, posting, signal)
    } catch (error) {
      const tooSlow = `it gave no whole answer within ${posting.mostMs / 1_000} s`
      return failed(limited.aborted ? tooSlow : webFault(error, 'it could not be reached'))
    }
  }

  async function examine(text: string): Promise<string | undefined> {
    const limited = AbortSignal.timeout(examineMs)
    const found = await find(text, limited).catch((error: unknown) => ({
      reason: webFault(error, 'the name in the URL cannot be looked up'),
    }))
    return 'reason' in found ? found.reason : undefined
  }

  return { post, examine }
}

/** So long the DNS may take while a person waits, in milliseconds. */
const examineMs = 5_000

/** Most of an answer that is read, in bytes. */
const mostRead = 65_536

/** Most of it that is kept, in bytes: to see what is wrong at the other end. */
const mostKept = 1_024

function readAnyUrl(text: string): URL | string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return 'an https URL is needed'
  return url.username || url.password ? 'a URL without user and password is needed' : url
}

interface Found {
  readonly url: URL
  readonly place: RequestOptions
}

/**
 * Connections wait for the next post to the same address, name and port: a handshake costs more than
 * all the rest. As the address that was checked now is in their key, none leads elsewhere.
 */
const kept = { keepAlive: true, maxFreeSockets: 8, timeout: 4_000 } as const

const protocols = {
  'http:': { request: httpRequest, agent: new HttpAgent(kept) },
  'https:': { request: httpsRequest, agent: new HttpsAgent(kept) },
}

async function send(found: Found, posting: Posting, signal: AbortSignal): Promise<Posted> {
  const { agent } = protocols[found.url.protocol as 'https:']
  const asked = ask(found, posting, { agent, signal })
  return answerTo(asked).catch((error: unknown) => {
    // The other side had closed it meanwhile (RFC 9112 section 9.3.1).
    if (!asked.reusedSocket || signal.aborted) throw error
    return answerTo(ask(found, posting, { agent: false, signal }))
  })
}

function ask(
  { url, place }: Found,
  { headers, body }: Posting,
  how: Pick<RequestOptions, 'agent' | 'signal'>,
): ClientRequest {
  const { request } = protocols[url.protocol as 'https:']
  return request({
    // Where the place names no port of its own.
    ...(url.port && { port: url.port }),
    ...place,
    ...requestTo(url),
    ...how,
    method: 'POST',
    headers: {
      host: url.host,
      'accept-encoding': 'identity',
      'content-length': Buffer.byteLength(body),
      ...headers,
    },
  }).end(body)
}

function answerTo(asked: ClientRequest): Promise<Posted> {
  return new Promise<Posted>((resolve, reject) => {
    asked.on('error', reject).on('response', (answer) => void read(answer).then(resolve, reject))
  })
}

async function read(answer: IncomingMessage): Promise<Posted> {
  const { statusCode: status = 0, headers } = answer
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size - chunk.byteLength < mostKept) chunks.push(chunk)
    if (size > mostRead) break
  }
  const text = Buffer.concat(chunks).subarray(0, mostKept).toString()
  const retryAfter = headers['retry-after']
  return { kind: 'answered', status, text, ...(retryAfter !== undefined && { retryAfter }) }
}

function failed(reason: string): Posted {
  return { kind: 'failed', reason }
}
