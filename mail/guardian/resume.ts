import { isInScope, type Scope } from '../email/project.ts'
import { hourMs } from '../email/time.ts'
import type { SenderName } from '../ports/reputation.ts'
import { keyOf } from './judge.ts'
import { putWatch, type Watching } from './put-watch.ts'

/**
 * Lets bulk email of a held sender go on. What was sent until the end of this hour no longer counts, or
 * the next look would hold it again.
 *
 * @param by who did it, for the others
 * @returns false when it is not held
 */
export async function resumeSender(
  watching: Watching,
  sender: SenderName,
  { scope, by }: { readonly scope: Scope; readonly by: string },
): Promise<boolean> {
  if (!isInScope(sender.project, scope)) return false
  const watches = await watching.reputation.watches(sender.project)
  const held = watches.find((one) => keyOf(one) === keyOf(sender) && one.level === 'held')
  if (!held) return false
  const since = watching.clock.now()
  const countedFrom = Math.ceil((since + 1) / hourMs) * hourMs
  const { project, domain } = sender
  const reason = `resumed by ${by}`
  return putWatch(watching, { project, domain, level: 'well', since, reason, countedFrom }, held)
}
