import { useEffect, useState } from 'preact/hooks'
import type { CaptureDetail } from '../data/answers.ts'
import { Refused } from '../data/exchange.ts'
import { request } from '../data/request.ts'
import { useResource } from '../data/resource.ts'
import { useDeed } from '../parts/deed.ts'
import { Icon } from '../parts/icon.tsx'
import { Empty, Failure, Notice, Skeleton } from '../parts/notice.tsx'
import { Time } from '../parts/time.tsx'
import { bytes, mailbox } from '../parts/words.ts'
import { confirm } from '../shell/confirm.tsx'
import { href } from '../shell/place.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { complain, tell } from '../shell/toasts.tsx'
import { Attachments, Finds } from './finds.tsx'
import { HtmlFrame } from './html-frame.tsx'
import { ReleaseDialog } from './release-dialog.tsx'
import { Source } from './source.tsx'

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
    const text = 'It will be gone for good. The log keeps its record.'
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
  if (failure instanceof Refused && [404, 422].includes(failure.status))
    return (
      <Empty icon="search" title="This email is not here any more" isAll>
        <p>Somebody deleted it, or it was cleared away because of its age.</p>
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
              <Tool label="Release to a recipient" icon="send" onClick={() => setReleasing(true)} />
              <Tool label="Mark as unread" icon="mail" onClick={() => void markUnread()} />
              <a
                class="icon-button"
                href={`${path}/raw`}
                download={`${id}.eml`}
                aria-label="Download .eml"
                title="Download .eml"
              >
                <Icon name="download" />
              </a>
              <Tool label="Delete" icon="trash" onClick={() => void remove()} />
            </div>
          </header>
          <Envelope capture={capture} />
          {capture.malformed && (
            <Notice tone="warn" title="This email is malformed">
              <p class="words">{capture.malformed}</p>
            </Notice>
          )}
          <Finds capture={capture} />
          <Attachments capture={capture} path={path} />
          <Body capture={capture} path={path} tab={tab} q={q} />
        </>
      )}
      {isReleasing && <ReleaseDialog captureId={id} onClose={() => setReleasing(false)} />}
    </>
  )
}

interface ToolProps {
  readonly label: string
  readonly icon: 'send' | 'mail' | 'trash'
  readonly onClick: () => void
}

function Tool({ label, icon, onClick }: ToolProps) {
  return (
    <button class="icon-button" aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  )
}

function Envelope({ capture }: { readonly capture: CaptureDetail }) {
  const named = capture.header_from.map(mailbox).join(', ')
  const shown = [...capture.header_to, ...capture.header_cc].map(({ address }) => address)
  const hidden = capture.to.filter((address) => !shown.includes(address))
  const facts: [string, string][] = [
    ['From', named || capture.from],
    ['To', capture.header_to.map(mailbox).join(', ')],
    ['Cc', capture.header_cc.map(mailbox).join(', ')],
    [shown.length > 0 ? 'Bcc' : 'Recipients', hidden.join(', ')],
    ['Reply-To', capture.header_reply_to.map(mailbox).join(', ')],
  ]
  return (
    <dl class="sheet">
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      <div>
        <dt>Captured</dt>
        <dd>
          <Time at={capture.created_at} exact /> · {bytes(capture.size)} ·{' '}
          <a href={href(['log', capture.email_id])}>its record in the log</a>
        </dd>
      </div>
    </dl>
  )
}

interface BodyProps {
  readonly capture: CaptureDetail
  readonly path: string
  readonly tab?: string
  readonly q: string
}

function Body({ capture, path, tab, q }: BodyProps) {
  const tabs = [
    ...(capture.html === null ? [] : ['html']),
    ...(capture.text === null ? [] : ['text']),
    'headers',
    'source',
  ]
  const current = tab && tabs.includes(tab) ? tab : tabs[0]!
  return (
    <div class="body">
      <nav class="tabs" aria-label="Parts of the email">
        {tabs.map((name) => (
          <a
            key={name}
            href={href(['inbox', capture.id, name], { q })}
            aria-current={name === current ? 'page' : undefined}
          >
            {tabLabels[name]}
          </a>
        ))}
      </nav>
      {current === 'html' && (
        <HtmlFrame path={path} subject={capture.subject} html={capture.html ?? ''} />
      )}
      {current === 'text' && <pre class="plain">{capture.text}</pre>}
      {current === 'headers' && <Headers capture={capture} />}
      {current === 'source' && <Source path={path} />}
    </div>
  )
}

const tabLabels: Readonly<Record<string, string>> = {
  html: 'HTML',
  text: 'Text',
  headers: 'Headers',
  source: 'Source',
}

function Headers({ capture }: { readonly capture: CaptureDetail }) {
  return (
    <dl class="headers">
      {capture.headers.map(({ name, value }, n) => (
        <div key={n}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
