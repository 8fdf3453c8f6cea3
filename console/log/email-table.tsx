import type { EmailState } from '../../mail/email/states.ts'
import type { EmailSummary } from '../data/answers.ts'
import { useEngineLabel } from '../data/engines.ts'
import { State } from '../parts/state.tsx'
import { Time } from '../parts/time.tsx'
import { firstOf } from '../parts/words.ts'
import { href } from '../shell/place.ts'

/** Emails, one a line. */
export function EmailTable({ emails }: { readonly emails: readonly EmailSummary[] }) {
  const engineLabel = useEngineLabel()
  return (
    <div class="card table-card">
      <table class="table emails">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Recipient</th>
            <th scope="col">Subject</th>
            <th scope="col">Engine</th>
            <th scope="col" class="end">
              Time
            </th>
          </tr>
        </thead>
        <tbody>
          {emails.map((email) => (
            <Line key={email.id} email={email} engineLabel={engineLabel} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface LineProps {
  readonly email: EmailSummary
  readonly engineLabel: (name: string) => string
}

function Line({ email, engineLabel }: LineProps) {
  const engine = email.last_engine ?? email.engine
  return (
    <tr>
      <td class="t-state">
        <State state={email.state} />
      </td>
      <td class="t-to clip">
        <a data-row class="cover" href={href(['log', email.id])}>
          {firstOf([...email.to, ...email.cc, ...email.bcc])}
        </a>
      </td>
      <td class="t-subject">
        <span class="clip">
          {email.stream === 'bulk' && <span class="soft">Bulk: </span>}
          {email.subject || '(no subject)'}
        </span>
        {email.last_reason && isTrouble(email.state) && (
          <span class="words clip">{email.last_reason}</span>
        )}
      </td>
      <td class="t-engine soft">{engine ? engineLabel(engine) : '–'}</td>
      <td class="t-time end soft">
        <Time at={email.created_at} />
      </td>
    </tr>
  )
}

/** States in which the last reason still matters. */
function isTrouble(state: EmailState): boolean {
  return troubles.includes(state)
}

const troubles: readonly EmailState[] = ['queued', 'held', 'failed', 'bounced', 'complained']
