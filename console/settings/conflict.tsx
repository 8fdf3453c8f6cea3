import { Button } from '../parts/button.tsx'
import { Notice } from '../parts/notice.tsx'
import { Time } from '../parts/time.tsx'
import { tell } from '../shell/toasts.tsx'
import type { Json, SettingsAnswer } from './answers.ts'
import { changesBetween, draft as store, isChanged, rebased, startOf, type Draft } from './draft.ts'
import { labelOf } from './wording.ts'

interface ConflictProps {
  readonly draft: Draft
  /** What is saved now. */
  readonly theirs: SettingsAnswer
}

/** Someone else saved while this form was filled in. A person decides; nothing is merged silently. */
export function Conflict({ draft, theirs }: ConflictProps) {
  if (!isChanged(draft)) return null
  const others = changesBetween(draft.base.saved, theirs.saved)
  return (
    <Notice
      tone="warn"
      title={
        <>
          Someone else saved in the meantime
          {theirs.saved_at && (
            <>
              , <Time at={theirs.saved_at} exact />
            </>
          )}
        </>
      }
    >
      <p>Nothing was overwritten. What they changed:</p>
      <table class="compare">
        <thead>
          <tr>
            <th scope="col">Setting</th>
            <th scope="col">Before</th>
            <th scope="col">Theirs</th>
            <th scope="col">Yours</th>
          </tr>
        </thead>
        <tbody>
          {others.map(({ path, from, to }) => {
            const [mine] = changesBetween(draft.base.saved, draft.wanted).filter(
              (change) => change.path === path,
            )
            return (
              <tr key={path}>
                <th scope="row">{labelOf(path)}</th>
                <td>{spell(from)}</td>
                <td>{spell(to)}</td>
                <td>{mine ? spell(mine.to) : 'not changed'}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
      {others.length === 0 && <p class="soft">Only a secret, or the same values again.</p>}
      <div class="actions">
        <Button
          kind="primary"
          onClick={() => {
            store.set(rebased(draft, theirs))
            tell('Your changes are on top of theirs now. Nothing is saved yet.')
          }}
        >
          Put my changes on top
        </Button>
        <Button onClick={() => store.set(startOf(theirs))}>Drop mine, take theirs</Button>
      </div>
    </Notice>
  )
}

function spell(value: Json | undefined): string {
  return value === undefined ? 'not set' : JSON.stringify(value)
}
