import type { WebhookSummary } from '../data/answers.ts'
import { Time } from '../parts/time.tsx'
import { href } from '../shell/place.ts'
import { eventLabels } from './events.ts'
import { Standing, whyNot } from './standing.tsx'

/** Webhooks, one a line. */
export function WebhookTable({ webhooks }: { readonly webhooks: readonly WebhookSummary[] }) {
  return (
    <div class="card table-card">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Endpoint</th>
            <th scope="col">State</th>
            <th scope="col">Events</th>
            <th scope="col" class="end">
              Added
            </th>
          </tr>
        </thead>
        <tbody>
          {webhooks.map((one) => (
            <tr key={one.id}>
              <td>
                <a data-row href={href(['webhooks', one.id])} class="clip" title={one.endpoint}>
                  {one.endpoint}
                </a>
              </td>
              <td title={whyNot(one)}>
                <Standing of={one} />
              </td>
              <td>
                <span class="words clip">
                  {one.events.map((name) => eventLabels[name]).join(', ')}
                </span>
              </td>
              <td class="end soft">
                <Time at={one.created_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
