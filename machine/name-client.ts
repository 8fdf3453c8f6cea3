import type { IncomingMessage } from 'node:http'

/**
 * Leaves in a request only what is true of its way: `X-Forwarded-*` from a proxy that is named, and
 * always, as the one value of `X-Forwarded-For`, the address of the client: the last in that list
 * that is no proxy. From anyone else these headers are claims, and they are dropped.
 *
 * @param proxies IP addresses
 */
export function nameClient(incoming: IncomingMessage, proxies: readonly string[]) {
  const peer = plain(incoming.socket.remoteAddress ?? '')
  const isProxy = proxies.includes(peer)
  const kept: string[] = []
  const way: string[] = []
  for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
    const [name, value] = [incoming.rawHeaders[at]!, incoming.rawHeaders[at + 1]!]
    if (!/^(x-forwarded-.*|forwarded)$/i.test(name)) kept.push(name, value)
    else if (/^x-forwarded-for$/i.test(name))
      way.push(...value.split(',').map((one) => plain(one.trim())))
    else if (isProxy) kept.push(name, value)
  }
  const client = isProxy ? way.findLast((address) => !proxies.includes(address)) : undefined
  incoming.rawHeaders = [...kept, 'X-Forwarded-For', client ?? peer]
}

/** An IPv4 address as such, also where a socket for IPv6 shows it. */
export function plain(address: string): string {
  return address.replace(/^::ffff:/i, '')
}
