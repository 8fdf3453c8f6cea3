import { labelIn, type Engine } from '../data/engines.ts'
import { Button } from '../parts/button.tsx'
import { IconButton } from '../parts/icon-button.tsx'
import { Icon } from '../parts/icon.tsx'
import { edit, type Draft } from './draft.ts'
import type { Setting } from './form-schema.ts'
import { chosenEngines, inForm } from './in-form.ts'
import { OriginMark } from './setting-field.tsx'

interface EngineChoiceProps {
  readonly setting: Setting
  readonly draft: Draft
  /** In the order in which they are shown. */
  readonly engines: readonly Engine[]
  readonly fault?: string
}

/** Which engine takes email, and which ones after it when it cannot. */
export function EngineChoice({ setting, draft, engines, fault }: EngineChoiceProps) {
  const stands = inForm(draft, setting)
  const isLocked = stands.origin === 'locked'
  const [first = 'noop', ...rest] = chosenEngines(draft)
  const sending = engines.filter(({ sends }) => sends)
  const isSending = (name: string) => sending.some((engine) => engine.name === name)
  const choose = (all: readonly string[]) =>
    edit('engine', all.length === 1 ? all[0]! : all, stands.below)
  return (
    <fieldset class="bare" aria-describedby={fault ? 'engine-fault' : undefined}>
      <legend class="field-head">
        <span>Email leaves by</span>
        <OriginMark path="engine" stands={stands} draft={draft} />
      </legend>
      {isLocked && (
        <p class="locked-note">
          <Icon name="lock" /> Locked to{' '}
          {[first, ...rest].map((name) => labelIn(engines, name)).join(', then ')} where Postern was
          deployed. It cannot be changed here.
        </p>
      )}
      {fault && (
        <p class="fault" id="engine-fault">
          {fault}
        </p>
      )}
      <div class="cards">
        {engines.map(({ name, label, description, sends }) => (
          <label key={name} class="choice">
            <input
              type="radio"
              name="engine"
              value={name}
              disabled={isLocked}
              checked={name === first}
              onChange={() => choose(sends ? [name, ...rest.filter((o) => o !== name)] : [name])}
            />
            <span>
              <b>{label}</b>
              <span class="soft">{description}</span>
            </span>
          </label>
        ))}
      </div>
      {isSending(first) && !isLocked && (
        <Fallbacks
          rest={rest}
          sending={sending.filter(({ name }) => name !== first)}
          onChange={(next) => choose([first, ...next])}
        />
      )}
    </fieldset>
  )
}

interface FallbacksProps {
  readonly rest: readonly string[]
  /** What may be in the list. */
  readonly sending: readonly Engine[]
  readonly onChange: (rest: readonly string[]) => void
}

function Fallbacks({ rest, sending, onChange }: FallbacksProps) {
  const left = sending.filter(({ name }) => !rest.includes(name))
  return (
    <div class="fallbacks">
      <p class="soft">If it cannot take an email now, the next one is tried in the same attempt.</p>
      {rest.length > 0 && (
        <ol>
          {rest.map((name) => (
            <li key={name}>
              <span>then {labelIn(sending, name)}</span>
              <IconButton
                icon="close"
                label={`Do not try ${labelIn(sending, name)}`}
                onClick={() => onChange(rest.filter((other) => other !== name))}
              />
            </li>
          ))}
        </ol>
      )}
      <div class="actions">
        {left.map(({ name, label }) => (
          <Button key={name} icon="plus" onClick={() => onChange([...rest, name])}>
            {`Then ${label}`}
          </Button>
        ))}
      </div>
    </div>
  )
}
