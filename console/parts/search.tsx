import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Icon } from './icon.tsx'

interface SearchProps {
  readonly label: string
  /** What is looked for now. */
  readonly value: string
  readonly onSearch: (text: string) => void
  readonly field: RefObject<HTMLInputElement | null>
}

/** Long enough that a word is typed to its end, in milliseconds. */
const pauseMs = 250

/** A search box that searches by itself once the typing pauses. */
export function Search({ label, value, onSearch, field }: SearchProps) {
  const [text, setText] = useState(value)
  // The address may have changed by other ways: back, a link.
  useEffect(() => setText((typed) => (typed.trim() === value ? typed : value)), [value])
  useEffect(() => {
    if (text.trim() === value) return
    const timer = setTimeout(() => onSearch(text.trim()), pauseMs)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <div class="search" role="search">
      <Icon name="search" />
      <input
        ref={field}
        type="search"
        aria-label={label}
        placeholder={label}
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
      />
    </div>
  )
}
