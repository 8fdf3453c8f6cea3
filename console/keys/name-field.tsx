import { Field } from '../parts/field.tsx'

interface NameFieldProps {
  readonly value: string
  readonly fault?: string
  readonly onChange: (name: string) => void
}

export function NameField({ value, fault, onChange }: NameFieldProps) {
  return (
    <Field
      label="Name"
      fault={fault}
      rule="Who uses it, such as “shop, production”. At most 50 characters."
    >
      {(ties) => (
        <input
          {...ties}
          type="text"
          autofocus
          autocomplete="off"
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}
