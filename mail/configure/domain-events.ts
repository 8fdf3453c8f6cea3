import { derivedId } from '../email/derived-id.ts'
import { idOf } from '../email/id.ts'
import { allProjects } from '../email/project.ts'
import type { Event } from '../ports/events.ts'
import type { Settings } from '../settings/settings.ts'

/** The sender domains that a save added or removed, whichever door it came by. */
export function domainEvents(
  { senderDomains: before }: Settings,
  { senderDomains: after }: Settings,
  { version, at }: { readonly version: string; readonly at: number },
): Event[] {
  const event = (type: 'domain.created' | 'domain.deleted') => (name: string) =>
    ({
      id: idOf(`${type} ${name} ${version}`, at),
      type,
      project: allProjects,
      at,
      recordedAt: at,
      source: 'postern',
      domain: { id: derivedId('domain', name), name },
    }) as const
  return [
    ...(after ?? []).filter((name) => !before?.includes(name)).map(event('domain.created')),
    ...(before ?? []).filter((name) => !after?.includes(name)).map(event('domain.deleted')),
  ]
}
