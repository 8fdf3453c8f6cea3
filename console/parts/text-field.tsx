import { Field, type FieldProps } from './field.tsx'
import { TextInput, type TextInputProps } from './text-input.tsx'

type TextFieldProps = Omit<FieldProps, 'children'> & TextInputProps

/** One line to fill in, with its label. */
export function TextField({ label, rule, fault, mark, wide, ...input }: TextFieldProps) {
  return (
    <Field label={label} rule={rule} fault={fault} mark={mark} wide={wide}>
      {(ties) => <TextInput ties={ties} {...input} />}
    </Field>
  )
}
