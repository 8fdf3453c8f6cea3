import type { EventType } from '../../mail/email/event.ts'
import { eventLabels, eventNames } from './events.ts'

interface EventChoiceProps {
  readonly chosen: readonly EventType[]
  /** Those of engines, which all projects share, may be chosen too. */
  readonly forAll: boolean
  readonly onChoose: (events: readonly EventType[]) => void
}

/** Which events a webhook is told of. */
export function EventChoice({ chosen, forAll, onChoose }: EventChoiceProps) {
  const open = eventNames.filter((name) => forAll || !name.startsWith('engine.'))
  return (
    <fieldset class="stack">
      <legend>Events</legend>
      {open.map((name) => (
        <label key={name} class="check">
          <input
            type="checkbox"
            checked={chosen.includes(name)}
            onChange={({ currentTarget }) =>
              onChoose(
                open.filter((one) => (one === name ? currentTarget.checked : chosen.includes(one))),
              )
            }
          />
          {eventLabels[name]}
        </label>
      ))}
    </fieldset>
  )
}
