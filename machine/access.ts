import { isIPv6 } from 'node:net'
import type { ApiOptions } from '../api/app.ts'
import { makeApiKey } from '../mail/keys/api-keys.ts'
import { allProjects } from '../mail/email/project.ts'
import type { Backend } from '../mail/ports/backend.ts'
import { keepKey } from './keep-key.ts'

/**
 * Who is let in: on loopback every caller until a key exists, if they ask for it by its own name;
 * from elsewhere only keys, and so under a name that is reached from elsewhere through a proxy.
 *
 * @param names further host names under which it answers (`POSTERN_HOSTS`)
 */
export function accessFor(
  host: string,
  names: readonly string[] = [],
): Pick<ApiOptions, 'access' | 'hosts'> {
  const own = ['localhost', '127.0.0.1', '[::1]', isIPv6(host) ? `[${host}]` : host, ...names]
  if (names.length > 0) return { access: 'keys', hosts: own }
  return isLoopback(host) ? { access: 'open', hosts: own } : { access: 'keys' }
}

/**
 * Makes the first key, with full access, where there is none: otherwise no one could ever get in.
 *
 * @param show tells the key to a person; called before it is valid, so that a crash cannot leave a
 * key that no one was told
 */
export async function makeFirstKey(backend: Backend, show: (token: string) => void): Promise<void> {
  if ((await backend.keys.list(allProjects)).length > 0) return
  const { key, token } = makeApiKey(firstKey, backend.clock.now())
  show(token)
  await keepKey(backend, key, 'start')
}

const firstKey = {
  name: 'first key',
  permission: 'full_access',
  project: allProjects,
  capture: false,
} as const

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
