import { TextInput } from '../parts/text-input.tsx'
import type { Json } from './answers.ts'
import type { InputProps } from './input-props.ts'
import { textOf } from './layers.ts'
import { LinesInput } from './lines-input.tsx'
import { PairsInput } from './pairs-input.tsx'
import { choices } from './wording.ts'

/** What a value is typed into or chosen from, by the kind of the setting. */
export function SettingInput(props: InputProps) {
  switch (props.setting.kind) {
    case 'choice':
      return <Choice {...props} />
    case 'flag':
      return <Flag {...props} />
    case 'list':
      return <LinesInput {...props} />
    case 'pairs':
      return <PairsInput {...props} />
    case 'number':
      return <Line {...props} inputMode="decimal" read={readNumber} />
    case 'text':
      return <Line {...props} read={(text) => text} />
    case 'long text':
      return <Long {...props} />
  }
}

function Choice({ setting, value, ties, disabled, onChange }: InputProps) {
  return (
    <select
      {...ties}
      disabled={disabled}
      value={textOf(value)}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {(setting.schema.enum ?? []).map(textOf).map((name) => (
        <option key={name} value={name}>
          {choices[setting.path]?.[name] ?? name}
        </option>
      ))}
    </select>
  )
}

function Flag({ value, ties, disabled, onChange }: InputProps) {
  return (
    <label class="check">
      <input
        {...ties}
        type="checkbox"
        disabled={disabled}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {value === true ? 'On' : 'Off'}
    </label>
  )
}

interface LineProps extends InputProps {
  readonly inputMode?: 'decimal'
  readonly read: (text: string) => Json
}

function Line({ setting, value, ties, disabled, onChange, inputMode, read }: LineProps) {
  return (
    <TextInput
      ties={ties}
      inputMode={inputMode}
      disabled={disabled}
      value={textOf(value)}
      onInput={(text) => onChange(text === '' && setting.nullable ? null : read(text))}
    />
  )
}

/** What is no number stays as it was typed, and is said to be none. */
function readNumber(text: string): Json {
  return /^\s*-?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : text
}

function Long({ setting, value, ties, disabled, onChange }: InputProps) {
  return (
    <textarea
      {...ties}
      class="mono"
      spellcheck={false}
      disabled={disabled}
      value={typeof value === 'string' ? value : ''}
      onInput={(event) => {
        const text = event.currentTarget.value
        onChange(text === '' && setting.nullable ? null : text)
      }}
    />
  )
}
