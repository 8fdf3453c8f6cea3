import { request as httpRequest } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import type { Look, Web } from '../../mail/ports/web.ts'
import { destinations, readPublicLink, requestTo, webFault, type WebPlace } from './destination.ts'

/** Whether a link leads anywhere: HEAD, which by its meaning changes nothing, or GET without it. */
export function looker(webPlace: WebPlace): Web['look'] {
  const destinationOf = destinations(webPlace)
  return async function look(text, mostMs) {
    const url = readPublicLink(text)
    if (typeof url === 'string') return refused(url)
    const limited = AbortSignal.timeout(mostMs)
    try {
      const found = await destinationOf(url, limited)
      if ('reason' in found) return refused(found.reason)
      const status = await statusOf('HEAD', { url, place: found.place }, limited)
      if (status !== 405 && status !== 501) return { kind: 'answered', status }
      const again = await statusOf('GET', { url, place: found.place }, limited)
      return { kind: 'answered', status: again }
    } catch (error) {
      const tooSlow = `it gave no answer within ${mostMs / 1_000} s`
      return refused(limited.aborted ? tooSlow : webFault(error, 'it could not be reached'))
    }
  }
}

interface Place {
  readonly url: URL
  readonly place: RequestOptions
}

function statusOf(method: string, { url, place }: Place, signal: AbortSignal): Promise<number> {
  const request = url.protocol === 'http:' ? httpRequest : httpsRequest
  return new Promise((resolve, reject) => {
    const headers = { host: url.host, accept: '*/*' }
    const options = { ...place, ...requestTo(url), method, headers, signal }
    const asked = request(options, ({ statusCode = 0 }) => {
      resolve(statusCode)
      asked.destroy()
    })
    asked.on('error', reject).end()
  })
}

function refused(reason: string): Look {
  return { kind: 'refused', reason }
}
