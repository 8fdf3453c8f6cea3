import { useState } from 'preact/hooks'
import type { KeyItem } from '../data/answers.ts'
import { request } from '../data/request.ts'
import { Button } from '../parts/button.tsx'
import { useDeed } from '../parts/deed.ts'
import { Dialog } from '../parts/dialog.tsx'
import { faultsOf } from '../parts/faults.ts'
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
    <Dialog title="Rename the key" onClose={onClose}>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <NameField value={name} fault={fault} onChange={setName} />
        <div class="actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy}>
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
