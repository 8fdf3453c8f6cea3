import type { EngineName } from '../../mail/email/engine-name.ts'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { engineLabel } from '../parts/words.ts'
import { edit, type Draft } from './draft.ts'
import type { Setting } from './form-schema.ts'
import { chosenEngines, inForm } from './in-form.ts'
import { OriginMark } from './setting-field.tsx'

interface EngineChoiceProps {
  readonly setting: Setting
  readonly draft: Draft
  readonly engines: readonly EngineName[]
  readonly fault?: string
}

/** Which engine takes email, and which ones after it when it cannot. */
export function EngineChoice({ setting, draft, engines, fault }: EngineChoiceProps) {
  const stands = inForm(draft, setting)
  const isLocked = stands.origin === 'locked'
  const [first = 'noop', ...rest] = chosenEngines(draft)
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
          <Icon name="lock" /> Locked to {[first, ...rest].map(engineLabel).join(', then ')} where
          Postern was deployed. It cannot be changed here.
        </p>
      )}
      {fault && (
        <p class="fault" id="engine-fault">
          {fault}
        </p>
      )}
      <div class="cards">
        {inOrder(engines).map((name) => (
          <label key={name} class="choice">
            <input
              type="radio"
              name="engine"
              value={name}
              disabled={isLocked}
              checked={name === first}
              onChange={() =>
                choose(sends(name) ? [name, ...rest.filter((o) => o !== name)] : [name])
              }
            />
            <span>
              <b>{engineLabel(name)}</b>
              <span class="soft">{what[name]}</span>
            </span>
          </label>
        ))}
      </div>
      {sends(first) && !isLocked && (
        <Fallbacks
          rest={rest}
          left={engines.filter((name) => sends(name) && ![first, ...rest].includes(name))}
          onChange={(next) => choose([first, ...next])}
        />
      )}
    </fieldset>
  )
}

interface FallbacksProps {
  readonly rest: readonly string[]
  /** Engines that are not in the list yet. */
  readonly left: readonly string[]
  readonly onChange: (rest: readonly string[]) => void
}

function Fallbacks({ rest, left, onChange }: FallbacksProps) {
  return (
    <div class="fallbacks">
      <p class="soft">If it cannot take an email now, the next one is tried in the same attempt.</p>
      {rest.length > 0 && (
        <ol>
          {rest.map((name) => (
            <li key={name}>
              <span>then {engineLabel(name)}</span>
              <button
                type="button"
                class="icon-button"
                aria-label={`Do not try ${engineLabel(name)}`}
                onClick={() => onChange(rest.filter((other) => other !== name))}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ol>
      )}
      <div class="actions">
        {left.map((name) => (
          <Button key={name} icon="plus" onClick={() => onChange([...rest, name])}>
            {`Then ${engineLabel(name)}`}
          </Button>
        ))}
      </div>
    </div>
  )
}

/** What each does, in the order of the form: what people look for first comes first. */
const what: Readonly<Record<EngineName, string>> = {
  noop: 'Keeps every email here. None is sent.',
  smtp: 'A mail server, or a provider by name.',
  ses: 'With the AWS credentials of Postern.',
  sendgrid: 'With an API key.',
  resend: 'With an API key.',
  postmark: 'With a server token.',
  mailgun: 'With an API key, in the region of the account.',
  sendmail: 'The mail program of this machine.',
  disabled: 'Refuses new email; what waits keeps waiting.',
}

const order = Object.keys(what) as EngineName[]

/** Of a Postern that is newer than this page, the engines that it does not know come last. */
function inOrder(engines: readonly EngineName[]): EngineName[] {
  const place = (name: EngineName) => (order.includes(name) ? order.indexOf(name) : order.length)
  return [...engines].sort((a, b) => place(a) - place(b))
}

export function sends(name: string): boolean {
  return name !== 'noop' && name !== 'disabled'
}
