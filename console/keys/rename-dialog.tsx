import { useState } from 'preact/hooks'
import type { KeyItem } from '../data/answers.ts'
import { request } from '../data/request.ts'
import { useDeed } from '../parts/deed.ts'
import { faultsOf } from '../parts/faults.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { NameField } from './name-field.tsx'

interface RenameDialogProps {
  readonly item: KeyItem
  readonly onRenamed: () => void
  readonly onClose: () => void
}

export function RenameDialog({ item, onRenamed, onClose }: RenameDialogProps) {
  const [name, setName] = useState(item.name)
  const [fault, setFault] = useState<string>()
  const [submit, busy] = useDeed(async () => {
    try {
      await request('PATCH', `/api-keys/${item.id}`, { name })
      onClose()
      onRenamed()
    } catch (error) {
      const faults = faultsOf(error)
      setFault(faults['name'] ?? faults[''])
    }
  })
  return (
    <FormDialog
      title="Rename the key"
      deed="Rename"
      busy={busy}
      onSubmit={submit}
      onClose={onClose}
    >
      <NameField value={name} fault={fault} onChange={setName} />
    </FormDialog>
  )
}
