import type { EmailDetail } from '../data/answers.ts'
import { State } from '../parts/state.tsx'

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
        </li>
      ))}
    </ul>
  )
}
