import { useEffect, useRef } from 'preact/hooks'
import { request } from '../data/request.ts'
import { useStore } from '../data/store.ts'
import { Button } from '../parts/button.tsx'
import { useDeed } from '../parts/deed.ts'
import { Empty } from '../parts/notice.tsx'
import { Search } from '../parts/search.tsx'
import { count, number } from '../parts/words.ts'
import { confirm } from '../shell/confirm.tsx'
import { adjust, go, place } from '../shell/place.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { tell } from '../shell/toasts.tsx'
import { AttachedPane } from './attached-pane.tsx'
import { CaptureList } from './capture-list.tsx'
import { CapturePane } from './capture-pane.tsx'
import { useCaptures } from './captures.ts'

/** Captured mail: the list at one side, the one that is read at the other. */
export function InboxView() {
  const { rest, query } = useStore(place)
  const [id, tab, within, attachedTab] = rest
  const q = query.get('q') ?? ''
  const captures = useCaptures(q)
  const field = useRef<HTMLInputElement>(null)
  const step = (by: number) => {
    const items = captures.items ?? []
    const at = items.findIndex((item) => item.id === id)
    const next = items[at < 0 ? 0 : at + by]
    if (next) go(['inbox', next.id], { q })
  }
  useShortcuts('Inbox', [
    { keys: 'j', label: 'Next email', run: () => step(1) },
    { keys: 'k', label: 'Previous email', run: () => step(-1) },
    { keys: '/', label: 'Search', run: () => field.current?.select() },
    { keys: 'u', label: 'Back to the list', run: () => go(['inbox'], { q }) },
  ])
  useUnreadInTitle(captures.unread)
  const [empty, isEmptying] = useDeed(async () => {
    const text = `All ${count(captures.total, 'captured email')} will be deleted for good. The log keeps their records.`
    if (!(await confirm({ title: 'Empty the inbox?', text, deed: 'Delete all', tone: 'danger' })))
      return
    const { deleted } = await request<{ deleted: number }>('DELETE', '/v1/captures')
    captures.drop('all')
    go(['inbox'])
    tell(`${count(deleted, 'captured email')} deleted.`)
  })
  return (
    <div class={id ? 'panes reading' : 'panes'}>
      <section class="list-pane" aria-label="Captured emails">
        <header>
          <div class="view-head">
            <h1>Inbox</h1>
            <p class="soft" aria-live="polite">
              {captures.items && `${number(captures.unread)} unread of ${number(captures.total)}`}
            </p>
          </div>
          <div class="list-tools">
            <Search
              label="Recipient, subject or text"
              value={q}
              field={field}
              onSearch={(text) => adjust(['inbox', ...rest], { q: text })}
            />
            <Button
              icon="trash"
              aria-label="Delete all"
              title="Delete all"
              busy={isEmptying}
              disabled={captures.total === 0}
              onClick={() => void empty()}
            />
          </div>
        </header>
        <CaptureList captures={captures} q={q} current={id} />
      </section>
      <section class="read-pane" aria-label="Email">
        {id && tab === 'emails' && within ? (
          <AttachedPane key={`${id} ${within}`} id={id} within={within} tab={attachedTab} q={q} />
        ) : id ? (
          <CapturePane
            key={id}
            id={id}
            tab={tab}
            q={q}
            onSeen={captures.mark}
            onDeleted={() => {
              const items = captures.items ?? []
              const at = items.findIndex((item) => item.id === id)
              const next = items[at + 1] ?? items[at - 1]
              captures.drop([id])
              go(next ? ['inbox', next.id] : ['inbox'], { q })
            }}
          />
        ) : (
          <Empty icon="mail" title="No email chosen">
            <p>
              <kbd>j</kbd> and <kbd>k</kbd> walk through the list.
            </p>
          </Empty>
        )}
      </section>
    </div>
  )
}

/** So that a tab at the back tells of new mail. */
function useUnreadInTitle(unread: number) {
  useEffect(() => {
    document.title = unread > 0 ? `(${number(unread)}) Inbox · Postern` : 'Inbox · Postern'
  }, [unread])
}
