import { useState } from 'preact/hooks'
import type { SuppressionSummary } from '../data/answers.ts'
import { request } from '../data/request.ts'
import { isOfAll, keyProject } from '../data/session.ts'
import { useStore } from '../data/store.ts'
import { useDeed } from '../parts/deed.ts'
import { faultsOf, type Faults } from '../parts/faults.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { Notice } from '../parts/notice.tsx'
import { TextField } from '../parts/text-field.tsx'
import { useProjectNames } from '../settings/project-names.ts'
import { tell } from '../shell/toasts.tsx'

interface AddDialogProps {
  readonly onChange: () => void
  readonly onClose: () => void
}

/** Suppresses an address by hand. */
export function AddDialog({ onChange, onClose }: AddDialogProps) {
  const [address, setAddress] = useState('')
  const [list, setList] = useState('')
  const [text, setText] = useState('')
  const [allProjects, setAllProjects] = useState(false)
  const [faults, setFaults] = useState<Faults>({})
  const isAllowed = isOfAll(useStore(keyProject))
  const hasProjects = useProjectNames(isAllowed).length > 0
  const [submit, busy] = useDeed(async () => {
    try {
      const wish = { address, allProjects, list: list.trim() || undefined, text: text || undefined }
      const added = await request<SuppressionSummary>('POST', '/v1/suppressions', wish)
      tell(`${added.address} gets nothing from now on.`)
      onClose()
      onChange()
    } catch (error) {
      setFaults(faultsOf(error))
    }
  })
  return (
    <FormDialog
      title="Suppress an address"
      deed="Suppress"
      {...{ busy, onClose }}
      onSubmit={submit}
    >
      {faults[''] && <Notice tone="bad" title={faults['']} />}
      <TextField
        label="Address"
        rule="It gets nothing until it is removed from the list"
        fault={faults['address']}
        type="email"
        autofocus
        value={address}
        onInput={setAddress}
      />
      <TextField
        label="Only of the list"
        rule="Empty: no email at all"
        fault={faults['list']}
        value={list}
        onInput={setList}
      />
      <TextField
        label="Note"
        rule="Such as who asked for it"
        fault={faults['text']}
        spellcheck
        maxLength={500}
        value={text}
        onInput={setText}
      />
      {hasProjects && (
        <label class="check">
          <input
            type="checkbox"
            checked={allProjects}
            onChange={({ currentTarget }) => setAllProjects(currentTarget.checked)}
          />
          In every project, not in one alone
        </label>
      )}
    </FormDialog>
  )
}
