import type { RecipientState } from '../../mail/email/states.ts'
import type { EmailDetail } from '../data/answers.ts'
import { State } from '../parts/state.tsx'
import { href } from '../shell/place.ts'

/** What became of each recipient, and the last reply about them. */
export function Recipients({ of: { recipients } }: { readonly of: EmailDetail }) {
  return (
    <ul class="plain-list ruled">
      {recipients.map(({ address, state, reason }) => (
        <li key={address}>
          <div class="row-head">
            <span>{address}</span>
            <State state={state} />
          </div>
          {reason && <p class="words">{reason}</p>}
          {mayBeSuppressed.includes(state) && (
            <a href={href(['suppressions'], { q: address })}>Is it suppressed?</a>
          )}
        </li>
      ))}
    </ul>
  )
}

/** What may have put the address on the list, or come of it. */
const mayBeSuppressed: readonly RecipientState[] = ['bounced', 'complained', 'suppressed', 'failed']
