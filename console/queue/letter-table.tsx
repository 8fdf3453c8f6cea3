import type { DeadLetter } from '../data/answers.ts'
import { IconButton } from '../parts/icon-button.tsx'
import { Time } from '../parts/time.tsx'
import { href } from '../shell/place.ts'

interface LetterTableProps {
  readonly letters: readonly DeadLetter[]
  readonly chosen: readonly string[]
  readonly onChoose: (ids: readonly string[]) => void
  readonly onRemove: (id: string) => void
}

/** Dead letters, one a line, to be chosen from. */
export function LetterTable({ letters, chosen, onChoose, onRemove }: LetterTableProps) {
  const all = letters.map(({ id }) => id)
  const isAll = chosen.length === all.length
  return (
    <div class="card table-card">
      <table class="table letters">
        <thead>
          <tr>
            <th scope="col">
              <input
                type="checkbox"
                aria-label="All on this page"
                checked={isAll}
                onChange={() => onChoose(isAll ? [] : all)}
              />
            </th>
            <th scope="col">Reason</th>
            <th scope="col">Email</th>
            <th scope="col" class="end">
              Given up
            </th>
            <th scope="col">
              <span class="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {letters.map(({ id, email_id, reason, created_at }) => (
            <tr key={id}>
              <td>
                <input
                  type="checkbox"
                  aria-label={`The letter of email ${email_id}`}
                  checked={chosen.includes(id)}
                  onChange={(event) =>
                    onChoose(
                      event.currentTarget.checked
                        ? [...chosen, id]
                        : chosen.filter((other) => other !== id),
                    )
                  }
                />
              </td>
              <td>
                <span class="words clip" title={reason}>
                  {reason}
                </span>
              </td>
              <td class="clip">
                <a href={href(['log', email_id])}>{email_id}</a>
              </td>
              <td class="end soft">
                <Time at={created_at} />
              </td>
              <td class="end">
                <IconButton
                  icon="trash"
                  label={`Remove the letter of email ${email_id}`}
                  title="Remove"
                  onClick={() => onRemove(id)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
