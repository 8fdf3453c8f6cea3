import { useState } from 'preact/hooks'
import type { QueueView } from '../data/answers.ts'
import { isOfAll, keyProject } from '../data/session.ts'
import { useStore } from '../data/store.ts'
import { Button } from '../parts/button.tsx'
import { duration, number } from '../parts/words.ts'
import { canPause, laneName, type LaneName } from './lane-name.ts'
import { PauseDialog } from './pause-dialog.tsx'

interface LanesProps {
  readonly queue: QueueView
  readonly onChange: () => void
}

/** What waits for whom: the streams with their shares, and the fullest lanes. */
export function Lanes({ queue: { streams, lanes, isWhole, newest }, onChange }: LanesProps) {
  const [pausing, setPausing] = useState<LaneName>()
  const shares = streams.map((one) => ({ ...one, domain: null, shares: sharesOf(one) }))
  return (
    <section class="stack">
      <h2>What waits for whom</h2>
      <LaneTable rows={[...shares, ...lanes]} onPause={setPausing} />
      {!isWhole && (
        <p class="soft">
          {newest === null
            ? 'More waits than was counted: these are of a part of it.'
            : `These are of the ${number(newest)} emails that were accepted last.`}
        </p>
      )}
      {pausing && (
        <PauseDialog lane={pausing} onPaused={onChange} onClose={() => setPausing(undefined)} />
      )}
    </section>
  )
}

function sharesOf({ share, shareInUse }: QueueView['streams'][number]): string {
  const percent = (part: number) => `${Math.round(part * 100)} %`
  return shareInUse === null ? percent(share) : `${percent(shareInUse)} of ${percent(share)}`
}

interface Row extends LaneName {
  /** Of a stream: what it has of what is being sent, and what it may have. */
  readonly shares?: string
  readonly waiting: number
  readonly sending: number
  readonly oldestAgeSeconds: number
  readonly isPaused: boolean
}

interface LaneTableProps {
  readonly rows: readonly Row[]
  readonly onPause: (lane: LaneName) => void
}

function LaneTable({ rows, onPause }: LaneTableProps) {
  const isAllowed = isOfAll(useStore(keyProject))
  return (
    <div class="card table-card">
      <table class="table lanes">
        <thead>
          <tr>
            {headings.map((name, n) => (
              <th key={name} scope="col" class={n === 0 ? undefined : 'end'}>
                {name}
              </th>
            ))}
            <th scope="col">
              <span class="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={laneName(row)}>
              <th scope="row">{laneName(row)}</th>
              <td class="end soft">{row.shares}</td>
              <td class="end">{number(row.waiting)}</td>
              <td class="end">{number(row.sending)}</td>
              <td class="end">{row.waiting > 0 ? duration(row.oldestAgeSeconds) : '–'}</td>
              <td class="end">{deedOf(row, isAllowed, onPause)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const headings = ['Stream or lane', 'Share in use', 'Waiting', 'Sending', 'Oldest waits']

function deedOf(row: Row, isAllowed: boolean, onPause: (lane: LaneName) => void) {
  if (row.isPaused) return <span class="tag">paused</span>
  if (!isAllowed || !canPause(row)) return null
  const { stream, domain } = row
  return (
    <Button
      kind="plain"
      class="tiny"
      aria-label={`Pause ${laneName(row)}`}
      onClick={() => onPause({ stream, domain })}
    >
      Pause
    </Button>
  )
}
