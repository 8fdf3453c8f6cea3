import { useState } from 'preact/hooks'
import { Button } from '../parts/button.tsx'
import { faultAt, type Faults } from '../parts/faults.ts'
import { TextField } from '../parts/text-field.tsx'
import type { Schema } from './answers.ts'
import { edit, type Draft } from './draft.ts'
import { settingsOf } from './form-schema.ts'
import { isObject, valueAt } from './layers.ts'
import { SettingField } from './setting-field.tsx'

interface ProjectsSectionProps {
  /** Of the settings as a whole. */
  readonly schema: Schema
  readonly draft: Draft
  readonly faults: Faults
}

export const projectsSection = {
  id: 'projects',
  title: 'Projects',
  text: 'Applications kept apart: what each has of its own. What is empty is as for all.',
} as const

/** The projects, each with what it has of its own; more are added, and those saved here removed. */
export function ProjectsSection({ schema, draft, faults }: ProjectsSectionProps) {
  const { id, title, text } = projectsSection
  const { additionalProperties: own } = schema.properties?.['projects'] ?? {}
  const ofOne = typeof own === 'object' ? own : {}
  const names = namesIn(draft)
  const removed = Object.keys(faults).filter((path) => isOfRemoved(path, names))
  return (
    <section class="card" id={`section-${id}`} aria-labelledby={`section-${id}-title`}>
      <header>
        <h2 id={`section-${id}-title`}>{title}</h2>
        <p class="soft">{text}</p>
      </header>
      {removed.map((path) => (
        <p key={path} class="fault">
          {path}: {faults[path]}
        </p>
      ))}
      {names.map((name) => (
        <fieldset key={name} class="bare">
          <legend class="field-head">
            <b>{name}</b>
            {isSavedHere(draft, name) && <RemoveButton name={name} />}
          </legend>
          <div class="fields">
            {settingsOf(ofOne, `projects.${name}`).map((setting) => (
              <SettingField
                key={setting.path}
                setting={setting}
                draft={draft}
                fault={faultAt(setting.path, faults)}
              />
            ))}
          </div>
        </fieldset>
      ))}
      <NewProject names={names} />
    </section>
  )
}

function namesIn({ base, wanted }: Draft): string[] {
  const layers = [base.defaults, wanted, base.locks].map((layer) => layer['projects'])
  return [...new Set(layers.flatMap((layer) => Object.keys(isObject(layer) ? layer : {})))]
}

function isOfRemoved(path: string, names: readonly string[]): boolean {
  const [first, name] = path.split('.')
  return first === 'projects' && !(name && names.includes(name))
}

/** Where Postern is deployed is where the others are removed. */
function isSavedHere({ base, wanted }: Draft, name: string): boolean {
  const at = `projects.${name}`
  const isDeployed = [base.defaults, base.locks].some((layer) => valueAt(layer, at) !== undefined)
  return !isDeployed && valueAt(wanted, at) !== undefined
}

function RemoveButton({ name }: { readonly name: string }) {
  return (
    <Button
      kind="plain"
      class="tiny"
      icon="trash"
      aria-label={`Remove the project ${name}`}
      onClick={() => edit(`projects.${name}`, undefined, undefined)}
    >
      Remove
    </Button>
  )
}

/** As mail/email/project.ts has it. */
const nameable = /^[a-z0-9-]{1,40}$/
const rule = '1 to 40 of the characters a-z, 0-9 and -'

function NewProject({ names }: { readonly names: readonly string[] }) {
  const [name, setName] = useState('')
  const isTaken = names.includes(name) || name === 'default'
  const fault =
    name === '' || nameable.test(name) ? (isTaken ? 'It is there already' : undefined) : rule
  const add = () => {
    edit(`projects.${name}`, {}, undefined)
    setName('')
  }
  return (
    <div class="add-project">
      <TextField
        label="New project"
        rule={fault ? undefined : rule}
        fault={fault}
        value={name}
        onInput={setName}
      />
      <Button icon="plus" disabled={name === '' || fault !== undefined} onClick={add}>
        Add project
      </Button>
    </div>
  )
}
