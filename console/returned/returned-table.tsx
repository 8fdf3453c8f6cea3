import type { StrayItem } from '../data/answers.ts'
import { IconButton } from '../parts/icon-button.tsx'
import { Time } from '../parts/time.tsx'
import { href } from '../shell/place.ts'

interface ReturnedTableProps {
  readonly returned: readonly StrayItem[]
  readonly onRemove: (one: StrayItem) => void
}

/** Returned email, one a line, with why nothing came of it. */
export function ReturnedTable({ returned, onRemove }: ReturnedTableProps) {
  return (
    <div class="card table-card">
      <table class="table returned">
        <thead>
          <tr>
            <th scope="col">Subject</th>
            <th scope="col">From</th>
            <th scope="col">Why nothing came of it</th>
            <th scope="col" class="end">
              Came
            </th>
            <th scope="col">
              <span class="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {returned.map((one) => (
            <tr key={one.id}>
              <td>
                <a data-row class="clip" href={href(['suppressions', 'returned', one.id])}>
                  {one.subject || '(no subject)'}
                </a>
              </td>
              <td>
                <span class="clip soft">{one.from || '(no sender)'}</span>
              </td>
              <td class="words">{one.reason}</td>
              <td class="end soft">
                <Time at={one.created_at} />
              </td>
              <td class="end">
                <IconButton
                  icon="trash"
                  label={`Delete “${one.subject || '(no subject)'}”`}
                  title="Delete"
                  onClick={() => onRemove(one)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
