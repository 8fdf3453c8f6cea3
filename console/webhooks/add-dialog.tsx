import { useState } from 'preact/hooks'
import type { EventType } from '../../mail/email/event.ts'
import type { WebhookFormat } from '../../mail/email/webhook.ts'
import { request } from '../data/request.ts'
import { isOfAll, keyProject } from '../data/session.ts'
import { useStore } from '../data/store.ts'
import { useDeed } from '../parts/deed.ts'
import { Field } from '../parts/field.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { Notice } from '../parts/notice.tsx'
import { TextField } from '../parts/text-field.tsx'
import { EventChoice } from './event-choice.tsx'
import type { Shown } from './secret-dialog.tsx'

interface AddDialogProps {
  readonly onMade: (shown: Shown) => void
  readonly onClose: () => void
}

const formats: Readonly<Record<WebhookFormat, string>> = {
  standard: 'Standard Webhooks, in Resend’s shape',
  sendgrid: 'As SendGrid’s event webhook',
  slack: 'A message in Slack',
  teams: 'A message in Microsoft Teams',
}

/** Has a URL told of events. */
export function AddDialog({ onMade, onClose }: AddDialogProps) {
  const [endpoint, setEndpoint] = useState('')
  const [format, setFormat] = useState<WebhookFormat>('standard')
  const [events, setEvents] = useState<readonly EventType[]>(['email.delivered', 'email.bounced'])
  const [fault, setFault] = useState('')
  const isAllowed = isOfAll(useStore(keyProject))
  const [submit, busy] = useDeed(async () => {
    try {
      onMade(await request<Shown>('POST', '/webhooks', { endpoint, format, events }))
    } catch (error) {
      setFault((error as Error).message)
    }
  })
  return (
    <FormDialog title="Add a webhook" deed="Add" {...{ busy, onClose }} onSubmit={submit}>
      {fault && <Notice tone="bad" title={fault} />}
      <TextField
        label="Endpoint"
        rule="An https URL in the public internet"
        autofocus
        value={endpoint}
        onInput={setEndpoint}
      />
      <Field label="Format">
        {(ties) => (
          <select
            {...ties}
            value={format}
            onChange={({ currentTarget }) => setFormat(currentTarget.value as WebhookFormat)}
          >
            {Object.entries(formats).map(([name, label]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <EventChoice chosen={events} forAll={isAllowed} onChoose={setEvents} />
    </FormDialog>
  )
}
