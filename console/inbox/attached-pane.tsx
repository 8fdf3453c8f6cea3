import type { CapturedEmail } from '../data/answers.ts'
import { useResource } from '../data/resource.ts'
import { Icon } from '../parts/icon.tsx'
import { Failure, Skeleton } from '../parts/notice.tsx'
import { href } from '../shell/place.ts'
import { EmailContent } from './email-content.tsx'
import { AttachedEnvelope } from './envelope.tsx'

interface AttachedPaneProps {
  /** Of the capture around it. */
  readonly id: string
  /** The numbers of the attachments on the way to it, such as `0.2`. */
  readonly within: string
  readonly tab?: string
  readonly q: string
}

/** An email that is attached to a captured one, such as one that was forwarded. */
export function AttachedPane({ id, within, tab, q }: AttachedPaneProps) {
  const path = `/v1/captures/${encodeURIComponent(id)}/emails/${encodeURIComponent(within)}`
  const { data: email, failure, reload } = useResource<CapturedEmail>(path)
  const outside = within.split('.').slice(0, -1).join('.')
  return (
    <>
      <a class="back" href={href(['inbox', id, ...(outside ? ['emails', outside] : [])], { q })}>
        <Icon name="back" /> The email around it
      </a>
      {failure && <Failure of={failure} onRetry={() => void reload()} />}
      {!email && !failure && <Skeleton lines={12} />}
      {email && (
        <>
          <header class="capture-head">
            <h1>{email.subject || '(no subject)'}</h1>
          </header>
          <AttachedEnvelope email={email} />
          <EmailContent
            email={email}
            path={path}
            at={['inbox', id, 'emails', within]}
            tab={tab}
            q={q}
          />
        </>
      )}
    </>
  )
}
