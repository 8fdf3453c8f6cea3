import { useState } from 'preact/hooks'
import type { WebhookSummary } from '../data/answers.ts'
import { request } from '../data/request.ts'
import { Button } from '../parts/button.tsx'
import { useDeed } from '../parts/deed.ts'
import { confirm } from '../shell/confirm.tsx'
import { go } from '../shell/place.ts'
import { tell } from '../shell/toasts.tsx'
import { ReplayDialog } from './replay-dialog.tsx'
import { SecretDialog, type Shown } from './secret-dialog.tsx'

interface WebhookActionsProps {
  readonly of: WebhookSummary
  readonly onChange: () => void
}

/** What can be done with a webhook. */
export function WebhookActions({ of: { id, status }, onChange }: WebhookActionsProps) {
  const [made, setMade] = useState<Shown>()
  const [isReplaying, setReplaying] = useState(false)
  const isEnabled = status === 'enabled'
  const [test, testing] = useDeed(async () => {
    await request('POST', `/v1/webhooks/${id}/test`)
    tell('A test is on its way: it is listed below.')
    onChange()
  })
  const [toggle, toggling] = useDeed(async () => {
    await request('PATCH', `/webhooks/${id}`, { status: isEnabled ? 'disabled' : 'enabled' })
    onChange()
  })
  const [rotate, rotating] = useDeed(async () => {
    const text = 'The old secret signs too for 24 hours (not in SendGrid’s format).'
    if (!(await confirm({ title: 'Make another secret?', text, deed: 'Make it' }))) return
    setMade(await request<Shown>('POST', `/webhooks/${id}/signing-secret/rotate`))
  })
  const [remove, removing] = useDeed(async () => {
    const text = 'It is told nothing more, and the list of what it was told is removed too.'
    const ask = { title: 'Remove this webhook?', text, deed: 'Remove', tone: 'danger' } as const
    if (!(await confirm(ask))) return
    await request('DELETE', `/webhooks/${id}`)
    go(['webhooks'])
  })
  return (
    <>
      {isEnabled && (
        <>
          <Button icon="send" busy={testing} onClick={() => void test()}>
            Test
          </Button>
          <Button icon="refresh" onClick={() => setReplaying(true)}>
            Tell it again
          </Button>
        </>
      )}
      <Button icon={isEnabled ? 'ban' : 'check'} busy={toggling} onClick={() => void toggle()}>
        {isEnabled ? 'Disable' : 'Enable'}
      </Button>
      <Button icon="refresh" busy={rotating} onClick={() => void rotate()}>
        Other secret
      </Button>
      <Button icon="trash" busy={removing} onClick={() => void remove()}>
        Remove
      </Button>
      {isReplaying && (
        <ReplayDialog
          id={id}
          onClose={() => {
            setReplaying(false)
            onChange()
          }}
        />
      )}
      {made && <SecretDialog of={made} onClose={() => setMade(undefined)} />}
    </>
  )
}
