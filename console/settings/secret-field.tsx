import { Field } from '../parts/field.tsx'
import { editSecret, type Draft } from './draft.ts'
import { labelOf, ruleFor } from './wording.ts'

interface SecretFieldProps {
  readonly name: string
  readonly draft: Draft
  readonly fault?: string
}

/** Longest secret that Postern takes, in characters. */
const longest = 4_096

/** A secret goes in and never comes out: whether one is stored is all that is shown. */
export function SecretField({ name, draft, fault }: SecretFieldProps) {
  const stored = draft.base.secrets[name]
  const value = draft.secrets[name] ?? ''
  const own = value.length > longest ? `At most ${longest} characters` : undefined
  const hint = stored ? 'Stored. Leave empty to keep it.' : 'None stored yet.'
  const common = {
    spellcheck: false,
    value,
    placeholder: stored ? '••••••••••••' : '',
    onInput: (event: { currentTarget: { value: string } }) =>
      editSecret(name, event.currentTarget.value),
  }
  return (
    <Field
      label={labelOf(name)}
      fault={own ?? fault}
      wide={isLong(name)}
      mark={
        <span class={value ? 'tag changed' : stored ? 'tag saved' : 'tag'}>
          {value ? 'changed' : stored ? `stored, version ${stored}` : 'not set'}
        </span>
      }
      rule={`Write-only. ${hint} ${ruleFor(name) ? `${ruleFor(name)}.` : ''}`}
    >
      {(ties) =>
        isLong(name) ? (
          <textarea {...ties} {...common} class="mono" />
        ) : (
          <input {...ties} {...common} type="password" autocomplete="new-password" />
        )
      }
    </Field>
  )
}

/** A key has many lines. */
function isLong(name: string): boolean {
  return name.endsWith('.privateKey')
}
