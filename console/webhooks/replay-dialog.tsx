import { useState } from 'preact/hooks'
import { request } from '../data/request.ts'
import { useDeed } from '../parts/deed.ts'
import { Field } from '../parts/field.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { tell } from '../shell/toasts.tsx'

interface ReplayDialogProps {
  /** Of the webhook. */
  readonly id: string
  readonly onClose: () => void
}

/** How far back, in hours: what was told is kept for 30 days. */
const spans: readonly (readonly [hours: number, label: string])[] = [
  [1, 'The last hour'],
  [24, 'The last 24 hours'],
  [7 * 24, 'The last 7 days'],
  [30 * 24, 'The last 30 days'],
]

/** Has an endpoint told again of what it did not take. */
export function ReplayDialog({ id, onClose }: ReplayDialogProps) {
  const [hours, setHours] = useState(24)
  const [all, setAll] = useState(false)
  const [submit, busy] = useDeed(async () => {
    const since = new Date(Date.now() - hours * 3_600_000).toISOString()
    const { replayed } = await request<{ replayed: number }>('POST', `/v1/webhooks/${id}/replay`, {
      since,
      all,
    })
    tell(replayed === 1 ? 'One event is told again.' : `${replayed} events are told again.`)
    onClose()
  })
  return (
    <FormDialog title="Tell it again" deed="Tell it" {...{ busy, onClose }} onSubmit={submit}>
      <Field label="Events of">
        {(ties) => (
          <select
            {...ties}
            value={hours}
            onChange={({ currentTarget }) => setHours(Number(currentTarget.value))}
          >
            {spans.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <label class="check">
        <input
          type="checkbox"
          checked={all}
          onChange={({ currentTarget }) => setAll(currentTarget.checked)}
        />
        Also what it took
      </label>
    </FormDialog>
  )
}
