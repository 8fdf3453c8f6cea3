import type { PausedLane } from '../data/answers.ts'
import { request } from '../data/request.ts'
import { isOfAll, keyProject } from '../data/session.ts'
import { useStore } from '../data/store.ts'
import { Button } from '../parts/button.tsx'
import { useDeed } from '../parts/deed.ts'
import { Notice } from '../parts/notice.tsx'
import { Time } from '../parts/time.tsx'
import { tell } from '../shell/toasts.tsx'
import { laneName, type LaneName } from './lane-name.ts'

interface PausedProps {
  readonly lanes: readonly PausedLane[]
  readonly onResumed: () => Promise<void>
}

/** What a person has paused: who, since when, why, and the way back. */
export function Paused({ lanes, onResumed }: PausedProps) {
  const isAllowed = isOfAll(useStore(keyProject))
  const [resume, busy] = useDeed(async ({ stream, domain }: LaneName) => {
    await request('POST', '/v1/queue/resume', { stream, domain })
    tell(`${laneName({ stream, domain })} goes on.`)
    await onResumed()
  })
  return (
    <>
      {lanes.map((lane) => (
        <Notice
          key={laneName(lane)}
          tone="warn"
          title={`${laneName(lane)} is paused`}
          actions={
            isAllowed && (
              <Button
                busy={busy}
                aria-label={`Resume ${laneName(lane)}`}
                onClick={() => void resume(lane)}
              >
                Resume
              </Button>
            )
          }
        >
          <p>
            {lane.by && <>by {lane.by} </>}
            {lane.at && <Time at={lane.at} />}
          </p>
          {lane.reason && <p class="words">{lane.reason}</p>}
        </Notice>
      ))}
    </>
  )
}
