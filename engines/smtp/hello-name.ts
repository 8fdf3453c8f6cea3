import { lookup, lookupService } from 'node:dns/promises'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import type { Socket } from 'node:net'

/** Longest that the name of this machine is looked for, in milliseconds. */
const lookupMs = 2_000

let found: Promise<string | undefined> | undefined

/**
 * The full name of this machine, as `hostname -f` tells it, for EHLO (RFC 5321 section 4.1.1.1).
 * Undefined when it has none: servers refuse a bare "web1". Looked up once.
 */
export function machineName(): Promise<string | undefined> {
  found ??= withinTime(fullName(hostname()))
  return found
}

/** The same for a host that calls itself this. */
export async function fullName(name: string): Promise<string | undefined> {
  if (isFullName(name)) return name
  if (name === '' || isIP(name)) return undefined
  try {
    const { address } = await lookup(name)
    const { hostname: long } = await lookupService(address, 25)
    return isFullName(long) ? long : undefined
  } catch {
    return undefined
  }
}

/** What a client without a name says instead: its address (RFC 5321 section 4.1.3). */
export function addressLiteral({ localAddress = '127.0.0.1' }: Pick<Socket, 'localAddress'>) {
  const address = localAddress.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  return isIP(address) === 6 ? `[IPv6:${address}]` : `[${address}]`
}

/** RFC 1123 labels with a dot between, the last no number: an address is no name. */
function isFullName(name: string): boolean {
  return (
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i.test(name) &&
    !isIP(name) &&
    !isOwn(name)
  )
}

/** Names that every machine has, so no server believes them. */
function isOwn(name: string): boolean {
  return /(^|\.)localhost(\.localdomain)?$|\.localdomain$/i.test(name)
}

function withinTime<T>(work: Promise<T | undefined>): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<T | undefined>()
  const timer = setTimeout(() => resolve(undefined), lookupMs)
  void work.then(resolve).finally(() => clearTimeout(timer))
  return promise
}
