import type { WebhookAttempt } from '../data/answers.ts'
import { Time } from '../parts/time.tsx'

/** What came back each time, newest first. The text is another's. */
export function Attempts({ of }: { readonly of: readonly WebhookAttempt[] }) {
  if (of.length === 0) return <p class="soft">No attempt yet.</p>
  return (
    <ol class="timeline">
      {of.map(({ id, http_status_code: status, response, sent_at }) => (
        <li key={id} class={status >= 200 && status < 300 ? 'good' : 'bad'}>
          <div class="row-head">
            <b>{status === 0 ? 'No answer' : `Status ${status}`}</b>
            <Time at={sent_at} exact />
          </div>
          {response && <p class="words">{response}</p>}
        </li>
      ))}
    </ol>
  )
}
