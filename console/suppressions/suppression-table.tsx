import type { SuppressionSummary } from '../data/answers.ts'
import { IconButton } from '../parts/icon-button.tsx'
import { Time } from '../parts/time.tsx'
import { href } from '../shell/place.ts'
import { boundsOf, reasonsOf } from './reasons.ts'

interface SuppressionTableProps {
  readonly suppressions: readonly SuppressionSummary[]
  readonly onRemove: (one: SuppressionSummary) => void
}

/** Suppressed addresses, one a line. */
export function SuppressionTable({ suppressions, onRemove }: SuppressionTableProps) {
  return (
    <div class="card table-card">
      <table class="table suppressed">
        <thead>
          <tr>
            <th scope="col">Address</th>
            <th scope="col">Reason</th>
            <th scope="col">Said about it</th>
            <th scope="col" class="end">
              Since
            </th>
            <th scope="col">
              <span class="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {suppressions.map((one) => (
            <Line key={one.id} of={one} onRemove={onRemove} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface LineProps extends Pick<SuppressionTableProps, 'onRemove'> {
  readonly of: SuppressionSummary
}

function Line({ of, onRemove }: LineProps) {
  const { id, address, causes, created_at } = of
  const words = causes.find(({ text }) => text)?.text ?? ''
  return (
    <tr>
      <td>
        <a data-row href={href(['suppressions', id])}>
          {address}
        </a>{' '}
        {boundsOf(of).map((bound) => (
          <span key={bound} class="tag">
            {bound}
          </span>
        ))}
      </td>
      <td>{reasonsOf(of)}</td>
      <td>
        <span class="words clip" title={words}>
          {words}
        </span>
      </td>
      <td class="end soft">
        <Time at={created_at} />
      </td>
      <td class="end">
        <IconButton
          icon="trash"
          label={`Remove ${address}`}
          title="Remove"
          onClick={() => onRemove(of)}
        />
      </td>
    </tr>
  )
}
