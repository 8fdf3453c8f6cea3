import { useState } from 'preact/hooks'
import { Button } from '../parts/button.tsx'
import { TextField } from '../parts/text-field.tsx'
import type { Draft } from './draft.ts'
import { chosenEngines } from './in-form.ts'

interface TestFormProps {
  readonly draft: Draft
  readonly busy: boolean
  /** What is wrong with the recipient. */
  readonly fault?: string
  readonly onTest: (to: string) => void
}

/** Asks for a test email with what is in the form. */
export function TestForm({ draft, busy, fault, onTest }: TestFormProps) {
  const [to, setTo] = useState('')
  return (
    <form
      class="test-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        onTest(to.trim())
      }}
    >
      <TextField
        label="Test email to"
        rule={ruleFor(draft)}
        fault={fault}
        type="email"
        autocomplete="email"
        placeholder={ownAddress(draft) ?? 'you@example.com'}
        value={to}
        onInput={setTo}
      />
      <Button type="submit" icon="send" busy={busy}>
        Send a test email
      </Button>
    </form>
  )
}

/** Where a test email goes when no recipient is named. */
function ownAddress({ wanted, base }: Draft): string | undefined {
  const from = { ...(base.settings['from'] as object), ...(wanted['from'] as object | undefined) }
  const { address } = from as { address?: string | null }
  return address ?? undefined
}

function ruleFor(draft: Draft): string {
  const whenEmpty = ownAddress(draft) ? ' Empty: to the default sender.' : ''
  const [first = ''] = chosenEngines(draft)
  if (first === 'noop') return `With capture it ends up in the inbox.${whenEmpty}`
  return `Sends one real email with what is in the form, saved or not.${whenEmpty}`
}
