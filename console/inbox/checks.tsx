import { useState } from 'preact/hooks'
import type { CaptureChecks } from '../data/answers.ts'
import { withQuery } from '../data/request.ts'
import { useResource } from '../data/resource.ts'
import { Button } from '../parts/button.tsx'
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
  const [links, setLinks] = useState(false)
  const asked = withQuery(`${path}/checks`, { links: links ? 1 : undefined })
  const { data: checks, failure, reload } = useResource<CaptureChecks>(asked)
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
        <Button icon="search" onClick={() => setLinks(true)}>
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
