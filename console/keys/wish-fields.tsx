import type { Faults } from '../parts/faults.ts'
import { Field } from '../parts/field.tsx'
import { TextField } from '../parts/text-field.tsx'
import { NameField } from './name-field.tsx'

/** What a new key should be. */
export interface Wish {
  readonly name: string
  readonly may: 'full_access' | 'sending_access'
  /** Empty: as the ability implies. */
  readonly project: string
  readonly domain: string
  readonly capture: boolean
  /** Empty: as each email says, or is. */
  readonly stream: '' | 'transactional' | 'bulk'
}

interface WishFieldsProps {
  readonly wish: Wish
  readonly faults: Faults
  /** Those to choose from; none where it is clear which. */
  readonly projects: readonly string[]
  readonly onChange: (wish: Wish) => void
}

export function WishFields({ wish, faults, projects, onChange }: WishFieldsProps) {
  return (
    <>
      <NameField
        value={wish.name}
        fault={faults['name']}
        onChange={(name) => onChange({ ...wish, name })}
      />
      <fieldset class="bare">
        <legend>It may</legend>
        {abilities.map(([may, title, text]) => (
          <label key={may} class="choice">
            <input
              type="radio"
              name="may"
              checked={wish.may === may}
              onChange={() => onChange({ ...wish, may })}
            />
            <span>
              <b>{title}</b>
              <span class="soft">{text}</span>
            </span>
          </label>
        ))}
        {faults['permission'] && <p class="fault">{faults['permission']}</p>}
      </fieldset>
      {projects.length > 0 && (
        <Field label="In the project" fault={faults['project']}>
          {(ties) => (
            <select
              {...ties}
              value={wish.project}
              onChange={(event) => onChange({ ...wish, project: event.currentTarget.value })}
            >
              <option value="">{wish.may === 'full_access' ? 'All projects' : 'default'}</option>
              {projects
                .filter((name) => wish.may === 'full_access' || name !== 'default')
                .map((name) => (
                  <option key={name}>{name}</option>
                ))}
            </select>
          )}
        </Field>
      )}
      {wish.may === 'sending_access' && (
        <TextField
          label="Only from the domain"
          rule="Such as example.com. Empty: from any"
          fault={faults['domain']}
          value={wish.domain}
          onInput={(domain) => onChange({ ...wish, domain })}
        />
      )}
      <Field label="Stream of its emails" fault={faults['stream']}>
        {(ties) => (
          <select
            {...ties}
            value={wish.stream}
            onChange={(event) =>
              onChange({ ...wish, stream: event.currentTarget.value as Wish['stream'] })
            }
          >
            <option value="">By what each email is</option>
            <option value="transactional">Transactional</option>
            <option value="bulk">Bulk</option>
          </select>
        )}
      </Field>
      <label class="check">
        <input
          type="checkbox"
          checked={wish.capture}
          onChange={(event) => onChange({ ...wish, capture: event.currentTarget.checked })}
        />
        Its emails are always captured, even if the engine sends
      </label>
    </>
  )
}

const abilities = [
  ['full_access', 'Everything', 'Send, read, and change settings; sign in here.'],
  ['sending_access', 'Send only', 'For applications: it sees nothing and changes nothing.'],
] as const
