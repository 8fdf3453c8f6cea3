import { useState } from 'preact/hooks'
import type { CaptureChecks } from '../data/answers.ts'
import { request } from '../data/request.ts'
import { useResource } from '../data/resource.ts'
import { Button } from '../parts/button.tsx'
import { useDeed } from '../parts/deed.ts'
import { Failure, Notice, Skeleton } from '../parts/notice.tsx'
import { count } from '../parts/words.ts'
import { CheckedLinks, ClientSupport, SpamVerdict } from './check-details.tsx'
import { FindingList, severityNames } from './finding-list.tsx'
import { MarkedSource } from './marked-source.tsx'

interface ChecksProps {
  /** Of the captured email. */
  readonly path: string
  readonly html: string | null
}

/** What readers would notice of an email, before they get it. */
export function Checks({ path, html }: ChecksProps) {
  const { data, failure, reload } = useResource<CaptureChecks>(`${path}/checks`)
  const [asked, setAsked] = useState<CaptureChecks>()
  // Once for each press: a resource is read again by itself, and a link may count who asks for it.
  const [askLinks, isAsking] = useDeed(async () => {
    setAsked(await request<CaptureChecks>('GET', `${path}/checks?links=1`))
  })
  const checks = asked ?? data
  if (failure && !checks) return <Failure of={failure} onRetry={() => void reload()} />
  if (!checks) return <Skeleton lines={8} />
  const { findings, support, spam } = checks
  return (
    <div class="checks">
      {findings.length === 0 ? (
        <Notice tone="good" title="Nothing found" />
      ) : (
        <h2>{summary(findings)}</h2>
      )}
      <FindingList findings={findings} />
      {spam && <SpamVerdict verdict={spam} />}
      {checks.links ? (
        <CheckedLinks links={checks.links} />
      ) : (
        <Button icon="search" busy={isAsking} onClick={() => void askLinks()}>
          Ask every link for its status
        </Button>
      )}
      <ClientSupport support={support} />
      {html !== null && <MarkedSource html={html} findings={findings} />}
    </div>
  )
}

/** `1 error, 2 warnings`. */
function summary(findings: CaptureChecks['findings']): string {
  const counts = Object.entries(severityNames).map(([severity, name]) => {
    const those = findings.filter((one) => one.severity === severity).length
    return those === 0 ? '' : count(those, name.toLowerCase())
  })
  return counts.filter(Boolean).join(', ')
}
