import { Resolver } from 'node:dns/promises'
import type { Web } from '../../mail/ports/web.ts'
import { downloader } from './download.ts'
import { looker } from './look.ts'
import { poster, type PostOptions } from './post.ts'

interface WebOptions extends PostOptions {
  /** Servers to ask instead of those of the host. */
  readonly dnsServers?: readonly string[]
}

/** The world outside, as every backend sees it. */
export function openWeb({ dnsServers, ...options }: WebOptions = {}): Web {
  return {
    download: downloader(options),
    look: looker(options),
    ...poster(options),
    records: (name, type) => records(name, type, dnsServers),
  }
}

/** Longest wait for one answer, in milliseconds, and how often it is asked for. */
const patience = { timeout: 3_000, tries: 2 }

async function records(
  name: string,
  type: 'TXT' | 'CNAME' | 'MX',
  servers: readonly string[] | undefined,
): Promise<string[]> {
  const resolver = new Resolver(patience)
  if (servers) resolver.setServers(servers)
  try {
    if (type === 'TXT') return (await resolver.resolveTxt(name)).map((parts) => parts.join(''))
    if (type === 'CNAME') return await resolver.resolveCname(name)
    const hosts = await resolver.resolveMx(name)
    return hosts.map(({ priority, exchange }) => `${priority} ${exchange}`)
  } catch (error) {
    if (nothing.has((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}

/** The name is not there, or has no records of the type. */
const nothing = new Set(['ENODATA', 'ENOTFOUND'])
