import type { Ties } from './field.tsx'

export interface TextInputProps {
  readonly value: string
  readonly onInput: (text: string) => void
  readonly type?: 'text' | 'email' | 'password'
  readonly inputMode?: 'decimal'
  readonly autocomplete?: string
  readonly autofocus?: boolean
  readonly spellcheck?: boolean
  /** In characters. */
  readonly maxLength?: number
  readonly placeholder?: string
  readonly disabled?: boolean
}

/** A line to type into. What is typed is neither completed nor corrected unless that is asked for. */
export function TextInput(props: TextInputProps & { readonly ties: Ties }) {
  const { ties, type = 'text', onInput, ...more } = props
  // Preact knows for each type which roles go with it, and wants to know which of the three it is.
  const kind = { type } as { type: 'text' }
  return (
    <input
      {...kind}
      autocomplete="off"
      spellcheck={false}
      {...more}
      {...ties}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  )
}
