import { useState } from 'preact/hooks'
import type { Json } from './answers.ts'
import { isObject, same, textOf } from './layers.ts'
import type { InputProps } from './input-props.ts'

/** Names and values, one pair a line: `X-Team: billing`. */
export function PairsInput({ value, ties, disabled, onChange }: InputProps) {
  const [typed, setTyped] = useState('')
  // A line in the middle of being typed would not come back the same.
  const text = same(parsePairs(typed), value) ? typed : spellPairs(value)
  return (
    <textarea
      {...ties}
      class="mono"
      spellcheck={false}
      disabled={disabled}
      value={text}
      onInput={(event) => {
        setTyped(event.currentTarget.value)
        onChange(parsePairs(event.currentTarget.value))
      }}
    />
  )
}

function parsePairs(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', ...rest] = line.split(':')
      return [name.trim(), rest.join(':').trim()]
    }),
  )
}

function spellPairs(value: Json | undefined): string {
  if (!isObject(value)) return ''
  return Object.entries(value)
    .map(([name, text]) => `${name}: ${textOf(text)}`)
    .join('\n')
}
