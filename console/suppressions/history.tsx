import type { SuppressionDetail } from '../data/answers.ts'
import { Time } from '../parts/time.tsx'
import { href } from '../shell/place.ts'
import { useActor } from './actor.ts'
import { reasonLabels } from './reasons.ts'

/** Who did what, also before it was suppressed this time. */
export function History({ of }: { readonly of: SuppressionDetail['history'] }) {
  const actor = useActor()
  return (
    <ol class="timeline">
      {of.map(({ at, what, reason, by, email_id }, n) => (
        <li key={n} class={what === 'added' ? 'bad' : 'good'}>
          <div class="row-head">
            <b>{what === 'added' ? 'Added' : 'Removed'}</b>
            <Time at={at} exact />
          </div>
          <p class="soft">
            {reasonLabels[reason]}, by {actor(by)}
          </p>
          {email_id && <a href={href(['log', email_id])}>Email</a>}
        </li>
      ))}
    </ol>
  )
}
