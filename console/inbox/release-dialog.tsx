import { useState } from 'preact/hooks'
import { labelIn, useEngines } from '../data/engines.ts'
import { request } from '../data/request.ts'
import { useResource } from '../data/resource.ts'
import { useDeed } from '../parts/deed.ts'
import { faultsOf, type Faults } from '../parts/faults.ts'
import { Field } from '../parts/field.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { Notice } from '../parts/notice.tsx'
import { TextField } from '../parts/text-field.tsx'
import type { SettingsAnswer } from '../settings/answers.ts'
import { go } from '../shell/place.ts'
import { tell } from '../shell/toasts.tsx'

interface ReleaseDialogProps {
  readonly captureId: string
  readonly onClose: () => void
}

/** Sends a captured email after all, as a new one, to a recipient that a person chooses. */
export function ReleaseDialog({ captureId, onClose }: ReleaseDialogProps) {
  const { data: settings } = useResource<SettingsAnswer>('/v1/settings')
  const engines = useEngines()
  const [to, setTo] = useState('')
  const [engine, setEngine] = useState('')
  const [faults, setFaults] = useState<Faults>({})
  const inForce = [settings?.settings['engine'] ?? []].flat().map(String)
  const needsEngine = inForce.includes('noop')
  const [submit, busy] = useDeed(async () => {
    try {
      const { id } = await request<{ id: string }>('POST', `/v1/emails/${captureId}/release`, {
        to,
        ...(engine && { engine }),
      })
      onClose()
      tell(`A new email is on its way to ${to}.`)
      go(['log', id])
    } catch (error) {
      setFaults(faultsOf(error))
    }
  })
  return (
    <FormDialog
      title="Release to a recipient"
      intro={
        <p class="soft">
          This sends a new email, byte for byte what was captured, to this one recipient only. The
          original recipients get nothing.
        </p>
      }
      deed="Send now"
      icon="send"
      busy={busy}
      onSubmit={submit}
      onClose={onClose}
    >
      {faults[''] && <Notice tone="bad" title={faults['']} />}
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
      <Field
        label="Engine"
        fault={faults['engine']}
        rule={needsEngine ? 'The engine in force captures, so choose one that sends.' : undefined}
      >
        {(ties) => (
          <select
            {...ties}
            value={engine}
            onChange={(event) => setEngine(event.currentTarget.value)}
          >
            <option value="">
              {needsEngine
                ? 'Choose an engine'
                : `As configured: ${inForce.map((name) => labelIn(engines, name)).join(', then ')}`}
            </option>
            {engines
              .filter(({ sends }) => sends)
              .map(({ name, label }) => (
                <option key={name} value={name}>
                  {label}
                </option>
              ))}
          </select>
        )}
      </Field>
    </FormDialog>
  )
}
