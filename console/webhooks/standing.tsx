import type { WebhookSummary } from '../data/answers.ts'

/** How an endpoint fares, in a word. */
export function Standing({ of }: { readonly of: WebhookSummary }) {
  if (of.status === 'disabled') return <span class="state quiet">Disabled</span>
  return of.failing ? (
    <span class="state warn">Failing</span>
  ) : (
    <span class="state good">Enabled</span>
  )
}

/** Why it is told nothing, or nothing for now. */
export function whyNot({ disabled_reason: reason, failing }: WebhookSummary): string {
  return reason ?? failing?.reason ?? ''
}
