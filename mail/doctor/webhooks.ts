import { isInScope, type Scope } from '../email/project.ts'
import type { Webhooks } from '../ports/webhooks.ts'

/** An endpoint that Postern gave up, until a person enables it. */
export interface DisabledWebhook {
  readonly id: string
  readonly project: string
  readonly endpoint: string
  readonly reason: string
}

export async function disabledWebhooks(
  { webhooks }: { readonly webhooks: Pick<Webhooks, 'known'> },
  scope: Scope,
): Promise<readonly DisabledWebhook[]> {
  const seen = (await webhooks.known()).filter(({ project }) => isInScope(project, scope))
  return seen.flatMap(({ id, project, url: endpoint, disabledReason: reason }) =>
    reason === undefined ? [] : [{ id, project, endpoint, reason }],
  )
}
