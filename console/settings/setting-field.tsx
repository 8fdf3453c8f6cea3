import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Icon } from '../parts/icon.tsx'
import { edit, type Draft } from './draft.ts'
import { faultIn, ruleOf, type Kind, type Setting } from './form-schema.ts'
import { inForm, type InForm, type Origin } from './in-form.ts'
import { valueAt } from './layers.ts'
import { SettingInput } from './setting-input.tsx'
import { labelOf, ruleFor } from './wording.ts'

interface SettingFieldProps {
  readonly setting: Setting
  readonly draft: Draft
  /** What Postern said is wrong with it. */
  readonly fault?: string
}

/** One setting: its value, where that comes from, what is allowed and what is wrong. */
export function SettingField({ setting, draft, fault }: SettingFieldProps) {
  const { path } = setting
  const { value, origin, below } = inForm(draft, setting)
  const own = origin === 'changed' ? faultIn(setting, value) : undefined
  const rule = ruleFor(path) ?? ruleOf(setting)
  return (
    <Field
      label={labelOf(path)}
      fault={own ?? fault}
      wide={wideKinds.includes(setting.kind)}
      mark={<OriginMark path={path} stands={{ value, origin, below }} draft={draft} />}
      rule={
        <>
          <Prose text={setting.schema.description ?? ''} />{' '}
          {rule && <span class="limit">{rule}.</span>}
        </>
      }
    >
      {(ties) => (
        <SettingInput
          setting={setting}
          value={value}
          ties={ties}
          disabled={origin === 'locked'}
          onChange={(next) => edit(path, next, below)}
        />
      )}
    </Field>
  )
}

const wideKinds: readonly Kind[] = ['long text', 'list', 'pairs']

/** A description as the schema has it, with code in backticks. What is null is empty here. */
export function Prose({ text }: { readonly text: string }) {
  const parts = text.replaceAll('`null`', 'empty').split('`')
  return <>{parts.map((part, n) => (n % 2 === 1 ? <code key={n}>{part}</code> : part))}</>
}

interface OriginMarkProps {
  readonly path: string
  readonly stands: InForm
  readonly draft: Draft
}

/** Default, saved, locked or changed; with the way back where there is one. */
export function OriginMark({ path, stands: { origin, below }, draft }: OriginMarkProps) {
  return (
    <>
      <span class={`tag ${origin}`} title={meanings[origin]}>
        {origin === 'locked' && <Icon name="lock" />}
        {origin}
      </span>
      {origin === 'changed' && (
        <Button
          kind="plain"
          class="tiny"
          icon="undo"
          aria-label={`Undo the change of ${labelOf(path)}`}
          onClick={() => edit(path, valueAt(draft.base.saved, path), below)}
        >
          Undo
        </Button>
      )}
      {origin === 'saved' && (
        <Button
          kind="plain"
          class="tiny"
          aria-label={`Use default for ${labelOf(path)}`}
          onClick={() => edit(path, undefined, below)}
        >
          Use default
        </Button>
      )}
    </>
  )
}

const meanings: Readonly<Record<Origin, string>> = {
  locked: 'Fixed where Postern was deployed: it cannot be changed here',
  changed: 'Not saved yet',
  saved: 'Saved here',
  deployed: 'Set where Postern was deployed, until something else is saved',
  default: 'Postern’s own default',
}
