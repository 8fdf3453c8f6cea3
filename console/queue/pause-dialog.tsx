import { useState } from 'preact/hooks'
import { request } from '../data/request.ts'
import { useDeed } from '../parts/deed.ts'
import { faultsOf } from '../parts/faults.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { TextField } from '../parts/text-field.tsx'
import { tell } from '../shell/toasts.tsx'
import { laneName, type LaneName } from './lane-name.ts'

interface PauseDialogProps {
  readonly lane: LaneName
  readonly onPaused: () => void
  readonly onClose: () => void
}

/** Asks why, and pauses a lane or the bulk stream. */
export function PauseDialog({ lane, onPaused, onClose }: PauseDialogProps) {
  const [reason, setReason] = useState('')
  const [fault, setFault] = useState<string>()
  const [submit, busy] = useDeed(async () => {
    try {
      await request('POST', '/v1/queue/pause', { ...lane, reason: reason.trim() || null })
      tell(`${laneName(lane)} is paused.`)
      onClose()
      onPaused()
    } catch (error) {
      setFault(Object.values(faultsOf(error)).join('; '))
    }
  })
  return (
    <FormDialog
      title={`Pause ${laneName(lane)}?`}
      intro={
        <p>
          New email is still accepted and waits, for three days at most. What is being sent now is
          not stopped.
        </p>
      }
      deed="Pause"
      busy={busy}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label="Reason"
        rule="Shown wherever it is shown that it is paused"
        fault={fault}
        spellcheck
        maxLength={200}
        value={reason}
        onInput={setReason}
      />
    </FormDialog>
  )
}
