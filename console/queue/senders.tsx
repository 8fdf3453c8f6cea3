import type { SenderItem } from '../data/answers.ts'
import { request } from '../data/request.ts'
import { Button } from '../parts/button.tsx'
import { useDeed } from '../parts/deed.ts'
import { Notice } from '../parts/notice.tsx'
import { Time } from '../parts/time.tsx'
import { tell } from '../shell/toasts.tsx'

interface SendersProps {
  readonly senders: readonly SenderItem[]
  readonly onResumed: () => Promise<void>
}

/** Senders that too many recipients refuse: by which numbers, since when, and the way back. */
export function Senders({ senders, onResumed }: SendersProps) {
  const [resume, busy] = useDeed(async ({ project, domain }: SenderItem) => {
    await request('POST', '/v1/senders/resume', { project, domain })
    tell(`Bulk email from ${domain} goes on.`)
    await onResumed()
  })
  return (
    <>
      {senders.map((sender) => (
        <Notice
          key={`${sender.project} ${sender.domain}`}
          tone="warn"
          title={titleOf(sender)}
          actions={
            sender.level === 'held' && (
              <Button
                busy={busy}
                aria-label={`Resume bulk email from ${sender.domain}`}
                onClick={() => void resume(sender)}
              >
                Resume
              </Button>
            )
          }
        >
          <p>
            Project {sender.project}
            {sender.since && (
              <>
                , since <Time at={sender.since} />
              </>
            )}
          </p>
          <p class="words">{sender.reason}</p>
        </Notice>
      ))}
    </>
  )
}

function titleOf({ domain, level }: SenderItem): string {
  return level === 'held'
    ? `Bulk email from ${domain} is held back`
    : `Many recipients of ${domain} bounce or complain`
}
