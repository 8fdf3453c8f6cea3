import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import { isIP, type AddressInfo } from 'node:net'
import type { WebPlace } from '../../backends/web/destination.ts'

export interface WebSite {
  /** How a download reaches the site, and only the site, under an address that is public. */
  readonly options: Required<WebPlace>
  /** The addresses that were connected to. */
  readonly connected: string[]
  /** What names resolve to, one answer after another; the site itself unless named here. */
  readonly names: Record<string, string[][]>
  answer: RequestListener
  close(): Promise<void>
}

/** Somewhere in the public internet. */
export const publicAddress = '93.184.215.14'

/** A site on loopback with a certificate for `elsewhere.test`, that plays one of the internet. */
export async function webSite(): Promise<WebSite> {
  const file = (name: string) => readFileSync(new URL(`../data/tls/${name}`, import.meta.url))
  const tls = { key: file('elsewhere.key'), cert: file('elsewhere.pem') }
  const server = createServer(tls, (asked, answer) => site.answer(asked, answer))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const connected: string[] = []
  const names: WebSite['names'] = {}
  const ca = file('ca.pem')
  const site: WebSite = {
    connected,
    names,
    answer: (_, answer) => void answer.end('hello'),
    options: {
      async resolve(name) {
        if (isIP(name)) return [name]
        const answers = names[name] ?? [[publicAddress]]
        return answers.length > 1 ? answers.shift()! : answers[0]!
      },
      connect(address) {
        connected.push(address)
        return { host: '127.0.0.1', port, ca }
      },
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => void server.close(() => resolve()))
    },
  }
  return site
}
