import { Field } from '../parts/field.tsx'
import { TextField } from '../parts/text-field.tsx'
import type { Preset } from './answers.ts'
import { draft as store, edit, type Draft } from './draft.ts'
import type { Setting } from './form-schema.ts'
import { inForm } from './in-form.ts'
import { withValue } from './layers.ts'
import { OriginMark } from './setting-field.tsx'
import { labelOf } from './wording.ts'

interface PresetFieldProps {
  readonly setting: Setting
  readonly draft: Draft
  readonly presets: readonly Preset[]
  readonly fault?: string
}

/** A name with a part to fill in, as `ses-smtp:<region>`. */
const blank = /<\w+>$/

/** A provider by name, which stands for server, port and encryption. */
export function PresetField({ setting, draft, presets, fault }: PresetFieldProps) {
  const stands = inForm(draft, setting)
  const value = typeof stands.value === 'string' ? stands.value : ''
  const chosen = presetNamed(presets, value)
  const isLocked = stands.origin === 'locked'
  const choose = (name: string) => {
    edit('smtp.preset', name === '' ? null : name.replace(blank, ''), stands.below)
    if (name !== '') dropWhatItStandsFor()
  }
  return (
    <>
      <Field
        label={labelOf('smtp.preset')}
        fault={fault}
        wide
        mark={<OriginMark path="smtp.preset" stands={stands} draft={draft} />}
        rule={chosen?.note ?? setting.schema.description}
      >
        {(ties) => (
          <select
            {...ties}
            disabled={isLocked}
            value={chosen?.name ?? ''}
            onChange={(event) => choose(event.currentTarget.value)}
          >
            <option value="">None: a server by its name</option>
            {presets.map(({ name }) => (
              <option key={name} value={name}>
                {name.replace(/:<\w+>$/, '')}
              </option>
            ))}
          </select>
        )}
      </Field>
      {chosen && blank.test(chosen.name) && (
        <TextField
          label="Region"
          rule="As AWS writes it: eu-central-1"
          fault={fault}
          disabled={isLocked}
          value={value.slice(stem(chosen.name).length)}
          onInput={(region) => edit('smtp.preset', stem(chosen.name) + region, stands.below)}
        />
      )}
    </>
  )
}

/** The preset that a value names, be its blank filled in or not. */
function presetNamed(presets: readonly Preset[], value: string): Preset | undefined {
  return presets.find(({ name }) =>
    blank.test(name) ? value.startsWith(stem(name)) : name === value,
  )
}

function stem(name: string): string {
  return name.replace(blank, '')
}

/** With a preset they would contradict it. */
function dropWhatItStandsFor() {
  const now = store.get()
  if (!now) return
  const wanted = ['smtp.host', 'smtp.port', 'smtp.security'].reduce(
    (document, path) => withValue(document, path, undefined),
    now.wanted,
  )
  store.set({ ...now, wanted })
}
