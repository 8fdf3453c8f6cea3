import type { KeyItem, List } from '../data/answers.ts'
import { useEngineLabel } from '../data/engines.ts'
import { useResource } from '../data/resource.ts'

/** What makes the id of a key, or what told of something, into words. */
export function useActor(): (by: string) => string {
  const { data } = useResource<List<KeyItem>>('/api-keys?limit=100')
  const engineLabel = useEngineLabel()
  return (by) => {
    // Of a file it says so behind the key.
    const [, id = by, how = ''] = /^(\S+)( \(.*\))?$/.exec(by) ?? []
    const key = data?.data.find((one) => one.id === id)
    return (key ? `the key “${key.name}”` : (others[id] ?? engineLabel(id))) + how
  }
}

const others: Readonly<Record<string, string>> = {
  local: 'a caller on this machine',
  recipient: 'the recipient',
  returned: 'returned email',
  engine: 'the server that refused it',
  capture: 'a test address',
}
