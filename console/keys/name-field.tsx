import { TextField } from '../parts/text-field.tsx'

interface NameFieldProps {
  readonly value: string
  readonly fault?: string
  readonly onChange: (name: string) => void
}

export function NameField({ value, fault, onChange }: NameFieldProps) {
  return (
    <TextField
      label="Name"
      fault={fault}
      rule="Who uses it, such as “shop, production”. At most 50 characters."
      autofocus
      value={value}
      onInput={onChange}
    />
  )
}
