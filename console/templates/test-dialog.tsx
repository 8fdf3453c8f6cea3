import { useState } from 'preact/hooks'
import type { TemplateDetail } from '../data/answers.ts'
import { request } from '../data/request.ts'
import { useDeed } from '../parts/deed.ts'
import { faultsOf, type Faults } from '../parts/faults.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { Notice } from '../parts/notice.tsx'
import { TextField } from '../parts/text-field.tsx'
import { go } from '../shell/place.ts'
import { tell } from '../shell/toasts.tsx'
import { variablesIn, type Showing } from './showing.ts'

interface TestDialogProps {
  readonly of: TemplateDetail
  readonly showing: Showing
  readonly onClose: () => void
}

/** Sends an email made from the version in force, with what the preview shows. */
export function TestDialog({ of, showing, onClose }: TestDialogProps) {
  const [to, setTo] = useState('')
  const [faults, setFaults] = useState<Faults>({})
  const [submit, busy] = useDeed(async () => {
    try {
      const variables = { ...of.contents?.samples, ...variablesIn(showing) }
      const template = { id: of.id, locale: showing.locale || undefined, variables }
      const { id } = await request<{ id: string }>('POST', '/emails', { to, template })
      onClose()
      tell(`A test is on its way to ${to}.`)
      go(['log', id])
    } catch (error) {
      setFaults(faultsOf(error))
    }
  })
  const others = Object.entries(faults).filter(([field]) => field !== 'to')
  return (
    <FormDialog
      title="Send a test"
      intro={
        <p class="soft">
          A real email, made from {of.status === 'draft' ? 'the draft' : 'the version in force'}{' '}
          with the samples and the values of the preview.
        </p>
      }
      deed="Send"
      icon="send"
      busy={busy}
      onSubmit={submit}
      onClose={onClose}
    >
      {others.map(([field, rule]) => (
        <Notice key={field} tone="bad" title={rule} />
      ))}
      <TextField
        label="Recipient"
        rule="One address"
        fault={faults['to']}
        type="email"
        autofocus
        autocomplete="email"
        value={to}
        onInput={setTo}
      />
    </FormDialog>
  )
}
