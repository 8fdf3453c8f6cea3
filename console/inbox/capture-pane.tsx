import { useEffect, useState } from 'preact/hooks'
import type { CaptureDetail } from '../data/answers.ts'
import { ApiRefusal } from '../data/exchange.ts'
import { addressOf } from '../data/page-half.ts'
import { request } from '../data/request.ts'
import { useResource } from '../data/resource.ts'
import { useDeed } from '../parts/deed.ts'
import { IconButton } from '../parts/icon-button.tsx'
import { Icon } from '../parts/icon.tsx'
import { Empty, Failure, Skeleton } from '../parts/notice.tsx'
import { confirm } from '../shell/confirm.tsx'
import { href } from '../shell/place.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { complain, tell } from '../shell/toasts.tsx'
import { EmailContent } from './email-content.tsx'
import { Envelope } from './envelope.tsx'
import { ReleaseDialog } from './release-dialog.tsx'

interface CapturePaneProps {
  readonly id: string
  readonly tab?: string
  readonly q: string
  readonly onSeen: (id: string, seen: boolean) => void
  readonly onDeleted: () => void
}

/** One captured email, as its recipient would see it and as it really is. */
export function CapturePane({ id, tab, q, onSeen, onDeleted }: CapturePaneProps) {
  const path = `/v1/captures/${encodeURIComponent(id)}`
  const { data: capture, failure, reload } = useResource<CaptureDetail>(path)
  const [isReleasing, setReleasing] = useState(false)
  const see = async (seen: boolean) => {
    await request('POST', `${path}/seen`, { seen })
    onSeen(id, seen)
  }
  const [markUnread] = useDeed(async () => {
    await see(false)
    tell('Marked as unread.')
  })
  const [remove] = useDeed(async () => {
    const text = 'It will be deleted for good. The log keeps its record.'
    if (!(await confirm({ title: 'Delete this email?', text, deed: 'Delete', tone: 'danger' })))
      return
    await request('DELETE', path)
    onDeleted()
  })
  useEffect(() => {
    if (capture && !capture.seen) see(true).catch(complain)
  }, [capture?.id])
  useShortcuts('Captured email', [
    { keys: 'm', label: 'Mark as unread', run: () => void markUnread() },
    { keys: 'Delete', label: 'Delete', run: () => void remove() },
    { keys: 'r', label: 'Release to a recipient', run: () => setReleasing(true) },
  ])
  if (failure instanceof ApiRefusal && [404, 422].includes(failure.status))
    return (
      <Empty icon="search" title="This email is no longer here" isAll>
        <p>It was deleted, or removed because of its age.</p>
        <a href={href(['inbox'], { q })}>Back to the list</a>
      </Empty>
    )
  return (
    <>
      <a class="back narrow-only" href={href(['inbox'], { q })}>
        <Icon name="back" /> Inbox
      </a>
      {failure && <Failure of={failure} onRetry={() => void reload()} />}
      {!capture && !failure && <Skeleton lines={12} />}
      {capture && (
        <>
          <header class="capture-head">
            <h1>{capture.subject || '(no subject)'}</h1>
            <div class="tools">
              <IconButton
                label="Release to a recipient"
                icon="send"
                onClick={() => setReleasing(true)}
              />
              <IconButton label="Mark as unread" icon="mail" onClick={() => void markUnread()} />
              <a
                class="icon-button"
                href={addressOf(`${path}/raw`)}
                download={`${id}.eml`}
                aria-label="Download .eml"
                title="Download .eml"
              >
                <Icon name="download" />
              </a>
              <IconButton label="Delete" icon="trash" onClick={() => void remove()} />
            </div>
          </header>
          <Envelope capture={capture} />
          <EmailContent email={capture} path={path} at={['inbox', id]} tab={tab} q={q} />
        </>
      )}
      {isReleasing && <ReleaseDialog captureId={id} onClose={() => setReleasing(false)} />}
    </>
  )
}
