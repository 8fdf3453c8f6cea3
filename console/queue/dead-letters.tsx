import { useState } from 'preact/hooks'
import type { DeadLetter, List } from '../data/answers.ts'
import { request, withQuery } from '../data/request.ts'
import { useResource } from '../data/resource.ts'
import { useStore } from '../data/store.ts'
import { Button } from '../parts/button.tsx'
import { useDeed } from '../parts/deed.ts'
import { Icon } from '../parts/icon.tsx'
import { Failure, Skeleton } from '../parts/notice.tsx'
import { Pager } from '../parts/pager.tsx'
import { Time } from '../parts/time.tsx'
import { count } from '../parts/words.ts'
import { confirm } from '../shell/confirm.tsx'
import { href, place } from '../shell/place.ts'
import { complain, tell } from '../shell/toasts.tsx'

const pageLength = 25

/** Emails that were given up, each with its reason; one, some or all are tried again. */
export function DeadLetters() {
  const after = useStore(place).query.get('after') ?? undefined
  const path = withQuery('/v1/dead-letters', { limit: pageLength, after })
  const { data, failure, reload } = useResource<List<DeadLetter>>(path, 10_000)
  const [chosen, setChosen] = useState<readonly string[]>([])
  const letters = data?.data ?? []
  const here = letters.map(({ id }) => id).filter((id) => chosen.includes(id))
  const [redrive, busy] = useDeed(async (ids?: readonly string[]) => {
    if (!ids && !(await confirm(allQuestion))) return
    sayResults(await (ids ? redriveThese(ids) : redriveAll()))
    setChosen([])
    await reload()
  })
  const [remove] = useDeed(async (id: string) => {
    if (!(await confirm(removeQuestion))) return
    await request('DELETE', `/v1/dead-letters/${encodeURIComponent(id)}`)
    tell('The dead letter is gone.')
    await reload()
  })
  return (
    <section class="stack">
      <header class="view-head">
        <h2>Dead letters</h2>
        {letters.length > 0 && (
          <div class="actions end">
            <Button busy={busy} disabled={here.length === 0} onClick={() => void redrive(here)}>
              {here.length === 0 ? 'Try chosen again' : `Try ${here.length} again`}
            </Button>
            <Button icon="refresh" busy={busy} onClick={() => void redrive()}>
              Try all again
            </Button>
          </div>
        )}
      </header>
      {failure && <Failure of={failure} onRetry={() => void reload()} />}
      {!data && !failure && <Skeleton lines={3} />}
      {data && letters.length === 0 && (
        <p class="soft">None. An email that was given up leaves one here, with the reason.</p>
      )}
      {letters.length > 0 && (
        <LetterTable
          letters={letters}
          chosen={here}
          onChoose={setChosen}
          onRemove={(id) => void remove(id)}
        />
      )}
      <Pager
        newest={after ? href(['queue']) : undefined}
        older={data?.has_more ? href(['queue'], { after: letters.at(-1)?.id }) : undefined}
      />
    </section>
  )
}

interface RedriveAnswer {
  readonly data: readonly Redriven[]
  readonly has_more: boolean
}

interface Redriven {
  readonly id: string
  readonly redriven: boolean
  readonly reason: string | null
}

async function redriveThese(ids: readonly string[]): Promise<readonly Redriven[]> {
  return (await request<RedriveAnswer>('POST', '/v1/dead-letters/redrive', { ids })).data
}

/** In as many requests as it takes: one does a limited number. */
async function redriveAll(): Promise<readonly Redriven[]> {
  const all: Redriven[] = []
  for (;;) {
    const after = all.at(-1)?.id
    const answer = await request<RedriveAnswer>('POST', '/v1/dead-letters/redrive', { after })
    all.push(...answer.data)
    if (!answer.has_more || answer.data.length === 0) return all
  }
}

function sayResults(results: readonly Redriven[]) {
  const done = results.filter(({ redriven }) => redriven).length
  if (done > 0) tell(`${count(done, 'email')} in the queue again.`)
  const [left] = results.filter(({ redriven }) => !redriven)
  if (left) complain(`${count(results.length - done, 'email')} not: ${left.reason ?? 'refused'}`)
}

const removeQuestion = {
  title: 'Remove this dead letter?',
  text: 'Its email stays in the log as it is. It can still be tried again from there.',
  deed: 'Remove',
  tone: 'danger',
} as const

const allQuestion = {
  title: 'Try all dead letters again?',
  text: 'Each of them goes back into the queue, and may be given up again if the reason is still there.',
  deed: 'Try all again',
} as const

interface LetterTableProps {
  readonly letters: readonly DeadLetter[]
  readonly chosen: readonly string[]
  readonly onChoose: (ids: readonly string[]) => void
  readonly onRemove: (id: string) => void
}

function LetterTable({ letters, chosen, onChoose, onRemove }: LetterTableProps) {
  const all = letters.map(({ id }) => id)
  const isAll = chosen.length === all.length
  return (
    <div class="card table-card">
      <table class="table letters">
        <thead>
          <tr>
            <th scope="col">
              <input
                type="checkbox"
                aria-label="All on this page"
                checked={isAll}
                onChange={() => onChoose(isAll ? [] : all)}
              />
            </th>
            <th scope="col">Reason</th>
            <th scope="col">Email</th>
            <th scope="col" class="end">
              Given up
            </th>
            <th scope="col">
              <span class="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {letters.map(({ id, email_id, reason, created_at }) => (
            <tr key={id}>
              <td>
                <input
                  type="checkbox"
                  aria-label={`The letter of email ${email_id}`}
                  checked={chosen.includes(id)}
                  onChange={(event) =>
                    onChoose(
                      event.currentTarget.checked
                        ? [...chosen, id]
                        : chosen.filter((other) => other !== id),
                    )
                  }
                />
              </td>
              <td>
                <span class="words clip" title={reason}>
                  {reason}
                </span>
              </td>
              <td class="clip">
                <a href={href(['log', email_id])}>{email_id}</a>
              </td>
              <td class="end soft">
                <Time at={created_at} />
              </td>
              <td class="end">
                <button
                  class="icon-button"
                  aria-label={`Remove the letter of email ${email_id}`}
                  title="Remove"
                  onClick={() => onRemove(id)}
                >
                  <Icon name="trash" />
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
