import type { SuppressionDetail } from '../data/answers.ts'
import { Time } from '../parts/time.tsx'
import { href } from '../shell/place.ts'
import { useActor } from './actor.ts'
import { reasonLabels } from './reasons.ts'

/** Each reason: where it comes from, the email it is about, and what a server said. */
export function Causes({ of }: { readonly of: SuppressionDetail['causes'] }) {
  const actor = useActor()
  return (
    <ul class="plain-list ruled">
      {of.map(({ reason, created_at, by, email_id, status, text }) => (
        <li key={reason}>
          <div class="row-head">
            <b>{reasonLabels[reason]}</b>
            <Time at={created_at} exact />
          </div>
          <p class="soft">by {actor(by)}</p>
          {(status ?? text) && <p class="words">{[status, text].filter(Boolean).join(' ')}</p>}
          {email_id && <a href={href(['log', email_id])}>The email it is about</a>}
        </li>
      ))}
    </ul>
  )
}
