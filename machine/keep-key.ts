import type { AuditActor } from '../mail/email/audit.ts'
import { newId } from '../mail/email/id.ts'
import type { Backend } from '../mail/ports/backend.ts'
import type { ApiKey } from '../mail/ports/keys.ts'

/** Keeps a key that no request asked for, written down before it is there and once it is. */
export async function keepKey(
  { keys, audit }: Pick<Backend, 'keys' | 'audit'>,
  key: ApiKey,
  actor: AuditActor,
): Promise<void> {
  const { id: about, createdAt: at, project } = key
  const line = { id: newId(at), at, project, about, action: 'key.created', by: { actor } } as const
  await audit.put({ ...line, outcome: 'begun' })
  await keys.create(key)
  await audit.put({ ...line, outcome: 'done' })
}
