import { useEffect, useRef } from 'preact/hooks'
import type { CaptureSummary } from '../data/answers.ts'
import { Button } from '../parts/button.tsx'
import { useDeed } from '../parts/deed.ts'
import { Empty, Notice, Skeleton } from '../parts/notice.tsx'
import { Time } from '../parts/time.tsx'
import { firstOf } from '../parts/words.ts'
import { href } from '../shell/place.ts'
import type { CapturesControl } from './captures.ts'

interface CaptureListProps {
  readonly captures: CapturesControl
  readonly q: string
  /** The one that is read. */
  readonly current?: string
}

export function CaptureList({ captures, q, current }: CaptureListProps) {
  const { items, failure } = captures
  return (
    <div class="captures">
      {failure && <Notice tone="bad" title={failure.message} />}
      {!items && !failure && <Skeleton lines={14} />}
      {items?.length === 0 && <Nothing q={q} />}
      {items && items.length > 0 && (
        <ul class="plain-list">
          {items.map((item) => (
            <Item key={item.id} item={item} q={q} isCurrent={item.id === current} />
          ))}
        </ul>
      )}
      {captures.hasMore && <More onMore={captures.more} />}
    </div>
  )
}

interface ItemProps {
  readonly item: CaptureSummary
  readonly q: string
  readonly isCurrent: boolean
}

function Item({ item: { id, from, to, subject, created_at, seen }, q, isCurrent }: ItemProps) {
  const ref = useRef<HTMLAnchorElement>(null)
  useEffect(() => {
    if (isCurrent) ref.current?.scrollIntoView({ block: 'nearest' })
  }, [isCurrent])
  return (
    <li>
      <a
        ref={ref}
        class={seen ? 'row capture' : 'row capture unread'}
        href={href(['inbox', id], { q })}
        aria-current={isCurrent ? 'true' : undefined}
      >
        <span class="row-head">
          <b class="clip">
            {!seen && <span class="unseen">Unread: </span>}
            {firstOf(to)}
          </b>
          <Time at={created_at} />
        </span>
        <span class="clip">{subject || '(no subject)'}</span>
        <span class="soft clip small">from {from || '(no sender)'}</span>
      </a>
    </li>
  )
}

/** Reads on by itself when it comes into sight, and when it is pressed. */
function More({ onMore }: { readonly onMore: () => Promise<void> }) {
  const ref = useRef<HTMLDivElement>(null)
  const [more, busy] = useDeed(onMore)
  const latest = useRef(more)
  latest.current = more
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) void latest.current()
    })
    observer.observe(ref.current!)
    return () => observer.disconnect()
  }, [])
  return (
    <div class="more" ref={ref}>
      <Button busy={busy} onClick={() => void more()}>
        Older emails
      </Button>
    </div>
  )
}

function Nothing({ q }: { readonly q: string }) {
  if (q)
    return (
      <Empty icon="search" title="Nothing found">
        <p>No recipient, subject or text has “{q}” in it.</p>
        <a href={href(['inbox'])}>Show all</a>
      </Empty>
    )
  return (
    <Empty icon="inbox" title="Nothing captured yet">
      <p>
        Emails appear here by themselves when an application sends one while the engine captures.
      </p>
    </Empty>
  )
}
