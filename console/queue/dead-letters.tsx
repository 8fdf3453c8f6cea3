import { useState } from 'preact/hooks'
import type { DeadLetter, List } from '../data/answers.ts'
import { request } from '../data/request.ts'
import type { Resource } from '../data/resource.ts'
import { Button } from '../parts/button.tsx'
import { useDeed } from '../parts/deed.ts'
import { Failure, Skeleton } from '../parts/notice.tsx'
import { Pager } from '../parts/pager.tsx'
import { count } from '../parts/words.ts'
import { confirm } from '../shell/confirm.tsx'
import { href } from '../shell/place.ts'
import { complain, tell } from '../shell/toasts.tsx'
import { LetterTable } from './letter-table.tsx'
import { redriveAll, redriveThese, type Redriven } from './redrive.ts'

interface DeadLettersProps {
  readonly of: Resource<List<DeadLetter>>
  readonly isFirstPage: boolean
}

/** Emails that were given up, each with its reason; one, some or all are tried again. */
export function DeadLetters({ of: { data, failure, reload }, isFirstPage }: DeadLettersProps) {
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
              {here.length === 0 ? 'Try selected again' : `Try ${here.length} again`}
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
        <p class="soft">None. An email that was given up appears here, with the reason.</p>
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
        newest={isFirstPage ? undefined : href(['queue'])}
        older={data?.has_more ? href(['queue'], { after: letters.at(-1)?.id }) : undefined}
      />
    </section>
  )
}

function sayResults(results: readonly Redriven[]) {
  const done = results.filter(({ redriven }) => redriven).length
  if (done > 0) tell(`${count(done, 'email')} in the queue again.`)
  const [left] = results.filter(({ redriven }) => !redriven)
  if (left) complain(`${count(results.length - done, 'email')} not: ${left.reason ?? 'refused'}`)
}

const removeQuestion = {
  title: 'Remove this dead letter?',
  text: 'Its email stays in the log, and can still be tried again from there.',
  deed: 'Remove',
  tone: 'danger',
} as const

const allQuestion = {
  title: 'Try all dead letters again?',
  text: 'Each of them goes back into the queue, and may be given up again if the reason is still there.',
  deed: 'Try all again',
} as const
