import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { faultAt, type Faults } from '../parts/faults.ts'
import type { Json, JsonObject } from './answers.ts'
import { edit, type Draft } from './draft.ts'
import { faultIn, ruleOf, settingsOf, type Setting } from './form-schema.ts'
import { inForm } from './in-form.ts'
import { isObject } from './layers.ts'
import { OriginMark, Prose } from './setting-field.tsx'
import { SettingInput } from './setting-input.tsx'
import { labelOf } from './wording.ts'

interface PracticeRulesProps {
  readonly setting: Setting
  readonly draft: Draft
  readonly faults: Faults
}

/** The rules of the failure practice, each with its fields; more are added at the end. */
export function PracticeRules({ setting, draft, faults }: PracticeRulesProps) {
  const { path } = setting
  const stands = inForm(draft, setting)
  const rules = Array.isArray(stands.value) ? stands.value.filter(isObject) : []
  const disabled = stands.origin === 'locked'
  const save = (next: readonly JsonObject[]) => edit(path, next, stands.below)
  return (
    <div class="field wide">
      <div class="field-head">
        <b>{labelOf(path)}</b>
        <OriginMark path={path} stands={stands} draft={draft} />
      </div>
      <p class="rule">
        <Prose text={setting.schema.description ?? ''} />
      </p>
      {faults[path] && <p class="fault">{faults[path]}</p>}
      {rules.map((rule, at) => (
        <Rule
          key={at}
          number={at + 1}
          rule={rule}
          fields={settingsOf(setting.schema.items ?? {}, path)}
          faultOf={(key) => faultAt(`${path}.${at}.${key}`, faults)}
          disabled={disabled}
          onChange={(next) => save(rules.with(at, next))}
          onRemove={() => save(rules.toSpliced(at, 1))}
        />
      ))}
      <Button icon="plus" disabled={disabled} onClick={() => save([...rules, { then: 'defer' }])}>
        Add a rule
      </Button>
    </div>
  )
}

interface RuleProps {
  readonly number: number
  readonly rule: JsonObject
  readonly fields: readonly Setting[]
  readonly faultOf: (key: string) => string | undefined
  readonly disabled: boolean
  readonly onChange: (rule: JsonObject) => void
  readonly onRemove: () => void
}

function Rule({ number, rule, fields, faultOf, disabled, onChange, onRemove }: RuleProps) {
  return (
    <fieldset>
      <legend class="field-head">
        <b>Rule {number}</b>
        {!disabled && (
          <Button
            kind="plain"
            class="tiny"
            icon="trash"
            aria-label={`Remove rule ${number}`}
            onClick={onRemove}
          >
            Remove
          </Button>
        )}
      </legend>
      <div class="fields">
        {fields.map((field) => {
          const key = field.path.split('.').at(-1)!
          const value = rule[key] ?? field.schema.default
          return (
            <Field
              key={key}
              label={labelOf(field.path)}
              fault={faultIn(field, value) ?? faultOf(key)}
              rule={
                <>
                  <Prose text={field.schema.description ?? ''} />{' '}
                  {field.kind === 'number' && <span class="limit">{ruleOf(field)}.</span>}
                </>
              }
            >
              {(ties) => (
                <SettingInput
                  setting={field}
                  value={value}
                  ties={ties}
                  disabled={disabled}
                  onChange={(next) => onChange(withField(rule, key, next))}
                />
              )}
            </Field>
          )
        })}
      </div>
    </fieldset>
  )
}

/** Only what is set: all rules stand in a document of bounded size. */
function withField(rule: JsonObject, key: string, value: Json): JsonObject {
  const { [key]: _before, ...others } = rule
  return value === null ? others : { ...others, [key]: value }
}
