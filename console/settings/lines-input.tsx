import type { Json } from './answers.ts'
import { textOf } from './layers.ts'
import type { InputProps } from './input-props.ts'

/** A list, one item a line. No list and an empty one are not the same. */
export function LinesInput({ setting, value, ties, disabled, onChange }: InputProps) {
  const items = Array.isArray(value) ? (value as readonly Json[]) : undefined
  return (
    <>
      {setting.nullable && (
        <label class="check">
          <input
            type="checkbox"
            disabled={disabled}
            checked={items !== undefined}
            onChange={(event) => onChange(event.currentTarget.checked ? [] : null)}
          />
          Only these
        </label>
      )}
      <textarea
        {...ties}
        class="mono"
        spellcheck={false}
        disabled={disabled || (setting.nullable && items === undefined)}
        value={items?.map(textOf).join('\n') ?? ''}
        onInput={(event) => {
          const text = event.currentTarget.value
          onChange(text === '' ? [] : text.split('\n'))
        }}
      />
    </>
  )
}
