import { useState } from 'preact/hooks'
import type { EmailDetail } from '../data/answers.ts'
import { request } from '../data/request.ts'
import { Button } from '../parts/button.tsx'
import { useDeed } from '../parts/deed.ts'
import { ReleaseDialog } from '../inbox/release-dialog.tsx'
import { Icon } from '../parts/icon.tsx'
import { confirm } from '../shell/confirm.tsx'
import { href } from '../shell/place.ts'
import { tell } from '../shell/toasts.tsx'

interface EmailActionsProps {
  readonly email: EmailDetail
  readonly onChange: (email: EmailDetail) => void
}

/** What a person may do with an email as it stands now. */
export function EmailActions({ email: { id, state }, onChange }: EmailActionsProps) {
  const [isReleasing, setReleasing] = useState(false)
  const [retry, isRetrying] = useDeed(async () => {
    onChange(await request<EmailDetail>('POST', `/v1/emails/${id}/retry`))
    tell('The email is in the queue again.')
  })
  const [cancel, isCanceling] = useDeed(async () => {
    if (!(await confirm(cancelQuestion))) return
    onChange(await request<EmailDetail>('POST', `/v1/emails/${id}/cancel`))
    tell('The email is canceled.')
  })
  return (
    <div class="actions">
      {state === 'captured' && (
        <>
          <a class="button" href={href(['inbox', id])}>
            <Icon name="inbox" /> <span>Open in the inbox</span>
          </a>
          <Button icon="send" onClick={() => setReleasing(true)}>
            Release…
          </Button>
        </>
      )}
      {['held', 'failed'].includes(state) && (
        <Button kind="primary" icon="refresh" busy={isRetrying} onClick={() => void retry()}>
          Try again
        </Button>
      )}
      {['scheduled', 'queued', 'held'].includes(state) && (
        <Button icon="close" busy={isCanceling} onClick={() => void cancel()}>
          Cancel email
        </Button>
      )}
      {isReleasing && <ReleaseDialog captureId={id} onClose={() => setReleasing(false)} />}
    </div>
  )
}

const cancelQuestion = {
  title: 'Cancel this email?',
  text: 'Recipients who do not have it yet will not get it. A canceled email cannot be sent later.',
  deed: 'Cancel email',
  tone: 'danger',
} as const
