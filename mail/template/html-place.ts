/** Where in html a tag stands, from the written text before it. */
export interface HtmlPlace {
  /** Reads on. */
  read(html: string): void
  /** Something is printed here. */
  printed(): void
  readonly inAttribute: boolean
  /** At the beginning of a link or of the address of an image. */
  readonly startsUrl: boolean
}

const urlAttributes = new Set([
  ...['href', 'src', 'action', 'formaction', 'background', 'poster', 'cite', 'data'],
  'xlink:href',
])

type State = 'text' | 'comment' | 'tag' | 'value' | 'bare' | '"' | "'"

/**
 * Follows html through its tags and attributes: a linear walk, no parser. Blocks count as written,
 * one branch after the other.
 */
export function htmlPlace(): HtmlPlace {
  let state: State = 'text'
  let name = ''
  let isEmpty = true
  let afterBlank = false
  const inAttribute = () => state === 'value' || state === 'bare' || state === '"' || state === "'"
  const begin = (next: State) => {
    state = next
    isEmpty = true
  }
  const inTag = (char: string) => {
    if (char === '>') state = 'text'
    else if (char === '=') begin('value')
    else if (/[\s/]/.test(char)) afterBlank = true
    else {
      name = (afterBlank ? '' : name) + char.toLowerCase()
      afterBlank = false
    }
  }
  const beforeValue = (char: string) => {
    if (char === '"' || char === "'") begin(char)
    else if (char === '>') state = 'text'
    else if (!/\s/.test(char)) state = 'bare'
  }
  const inValue = (char: string) => {
    const ends = state === 'bare' ? /[\s>]/.test(char) : char === state
    if (ends) {
      state = char === '>' ? 'text' : 'tag'
      afterBlank = true
    } else if (!/\s/.test(char)) isEmpty = false
  }
  const step = (char: string) => {
    if (state === 'tag') inTag(char)
    else if (state === 'value') beforeValue(char)
    else inValue(char)
  }
  return {
    read(html) {
      for (let at = 0; at < html.length; at++) {
        if (state !== 'text' && state !== 'comment') {
          step(html[at]!)
          continue
        }
        const found: number = html.indexOf(state === 'text' ? '<' : '-->', at)
        if (found < 0) return
        at = found
        name = ''
        state = state === 'text' ? afterLess(html, found) : 'text'
      }
    },
    printed() {
      if (state === 'value') state = 'bare'
      isEmpty = false
    },
    get inAttribute() {
      return inAttribute()
    },
    get startsUrl() {
      return inAttribute() && isEmpty && urlAttributes.has(name)
    },
  }
}

/** A `<` that no name follows is text. */
function afterLess(html: string, at: number): State {
  if (html.startsWith('<!--', at)) return 'comment'
  return /[a-z/!?]/i.test(html[at + 1] ?? ' ') ? 'tag' : 'text'
}
