import { faultAt, type Faults } from '../parts/faults.ts'
import type { SchemaAnswer } from './answers.ts'
import type { Draft } from './draft.ts'
import { EngineChoice } from './engine-choice.tsx'
import type { Setting } from './form-schema.ts'
import { inForm } from './in-form.ts'
import { isForLogin } from './login-fields.ts'
import { PolicyField } from './policy-field.tsx'
import { PracticeRules } from './practice-rules.tsx'
import { PresetField } from './preset-field.tsx'
import { SecretField } from './secret-field.tsx'
import type { Part } from './sections.ts'
import { SettingField } from './setting-field.tsx'

interface SettingsSectionProps {
  readonly part: Part
  readonly form: SchemaAnswer
  readonly draft: Draft
  readonly faults: Faults
}

/** One part of the form: its fields, and the secrets that go with them. */
export function SettingsSection(props: SettingsSectionProps) {
  const { part, draft, faults } = props
  const { section, settings, secrets } = part
  const heading = `section-${section.id}`
  return (
    <section class="card" id={heading} aria-labelledby={`${heading}-title`}>
      <header>
        <h2 id={`${heading}-title`}>{section.title}</h2>
        <p class="soft">{section.text}</p>
      </header>
      <div class="fields">
        {settings
          .filter((setting) => isWanted(setting, draft))
          .map((setting) => (
            <OneSetting key={setting.path} {...props} setting={setting} />
          ))}
        {secrets
          .filter(({ name }) => isForLogin(name, draft))
          .map(({ name }) => (
            <SecretField key={name} name={name} draft={draft} fault={secretFault(name, faults)} />
          ))}
      </div>
    </section>
  )
}

function OneSetting(props: SettingsSectionProps & { readonly setting: Setting }) {
  const { setting, draft, form, faults } = props
  const fault = faultAt(setting.path, faults)
  const common = { setting, draft, fault }
  switch (setting.path) {
    case 'engine':
      return <EngineChoice {...common} engines={form.engines} />
    case 'fromPolicy':
      return <PolicyField {...common} />
    case 'practice.rules':
      return <PracticeRules {...props} />
    case 'smtp.preset':
      return <PresetField {...common} presets={form.presets} />
    default:
      return <SettingField {...common} />
  }
}

/** A preset stands for three of the fields; showing them would invite to contradict it. */
function isWanted({ path }: Setting, draft: Draft): boolean {
  if (!isForLogin(path, draft)) return false
  if (!['smtp.host', 'smtp.port', 'smtp.security'].includes(path)) return true
  const { value } = inForm(draft, { path: 'smtp.preset', default: null })
  return value === null || value === undefined
}

/** Also when another field says that this secret is wanted again. */
function secretFault(name: string, faults: Faults): string | undefined {
  const own = faults[`secrets.${name}`]
  if (own) return own
  const asked = Object.values(faults).some((rule) => rule.includes(`secret ${name} again`))
  return asked ? 'Enter it again: your change would send the stored one elsewhere' : undefined
}
