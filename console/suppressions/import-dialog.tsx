import { useState } from 'preact/hooks'
import type { Imported } from '../data/answers.ts'
import { request, withQuery } from '../data/request.ts'
import { useDeed } from '../parts/deed.ts'
import { Field } from '../parts/field.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { ImportedDialog } from './imported-dialog.tsx'
import { reasonLabels, reasons } from './reasons.ts'

interface ImportDialogProps {
  readonly onChange: () => void
  readonly onClose: () => void
}

/** Suppresses the addresses of a file. */
export function ImportDialog({ onChange, onClose }: ImportDialogProps) {
  const [file, setFile] = useState<File>()
  const [reason, setReason] = useState('manual')
  const [fault, setFault] = useState<string>()
  const [imported, setImported] = useState<Imported>()
  const [submit, busy] = useDeed(async () => {
    if (!file) return setFault('Choose a file.')
    setFault(undefined)
    const path = withQuery('/v1/suppressions/import', { reason })
    const rows = new Blob([file], { type: 'text/csv' })
    await request<Imported>('POST', path, rows).then(setImported, ({ message }: Error) =>
      setFault(message),
    )
    onChange()
  })
  if (imported) return <ImportedDialog imported={imported} onClose={onClose} />
  return (
    <FormDialog title="Import a CSV file" deed="Import" {...{ busy, onClose }} onSubmit={submit}>
      <Field
        label="File"
        fault={fault}
        rule="One address in each line, or an export of Postern, Resend, SendGrid, Postmark or Mailgun"
      >
        {(ties) => (
          <input
            {...ties}
            type="file"
            accept=".csv,.txt,text/csv,text/plain"
            onChange={({ currentTarget }) => setFile(currentTarget.files?.[0])}
          />
        )}
      </Field>
      <Field label="Reason" rule="Of the rows that give none">
        {(ties) => (
          <select
            {...ties}
            value={reason}
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
          >
            {reasons.map((one) => (
              <option key={one} value={one}>
                {reasonLabels[one]}
              </option>
            ))}
          </select>
        )}
      </Field>
    </FormDialog>
  )
}
