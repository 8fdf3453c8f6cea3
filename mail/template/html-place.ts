/** Where in html a tag stands, from the written text before it. */
export interface HtmlPlace {
  /** Reads on, and says what of it is in links. */
  read(html: string): InLinks
  /** Something is printed here. */
  printed(): void
  readonly inAttribute: boolean
  /** In a value without quotes, which a blank ends. */
  readonly isBare: boolean
  /** In a link or the address of an image. */
  readonly inUrl: boolean
  /** Where it is, as far as it matters to what follows: one of a dozen. */
  readonly mark: PlaceMark
  /** Goes on from another place. */
  goTo(mark: PlaceMark): void
  /** Goes on from here or another place, whichever asks for more care. */
  meet(other: PlaceMark): void
}

/** What a piece of html has of links that do not begin and end in it. */
export interface InLinks {
  /** Goes on with the link that is open before it. */
  readonly more: string
  /** The link that is open after it, if that begins here. */
  readonly begun?: string
}

export interface PlaceMark {
  readonly state: State
  readonly isUrl: boolean
}

const urlAttributes = new Set([
  ...['href', 'src', 'action', 'formaction', 'background', 'poster', 'cite', 'data'],
  'xlink:href',
])

type State = 'text' | 'comment' | 'tag' | 'value' | 'bare' | '"' | "'"

export const inText: PlaceMark = { state: 'text', isUrl: false }

/**
 * Follows html through its tags and attributes: a linear walk, no parser. An attribute whose name is
 * printed may be a link.
 */
export function htmlPlace(start: PlaceMark): HtmlPlace {
  let { state, isUrl } = start
  let name = ''
  let afterBlank = true
  // In what is read: where the value begins that is open at its end, and the first one ends.
  let begunAt = -1
  let endedAt = -1
  const inAttribute = () => state === 'value' || state === 'bare' || state === '"' || state === "'"
  const inUrl = () => inAttribute() && isUrl
  const begin = (next: State, at: number) => {
    state = next
    begunAt = at
  }
  const inTag = (char: string, at: number) => {
    if (char === '>') state = 'text'
    else if (char === '=') {
      isUrl = name === '' || urlAttributes.has(name)
      begin('value', at + 1)
    } else if (/[\s/]/.test(char)) afterBlank = true
    else {
      name = (afterBlank ? '' : name) + char.toLowerCase()
      afterBlank = false
    }
  }
  const beforeValue = (char: string, at: number) => {
    if (char === '"' || char === "'") begin(char, at + 1)
    else if (char === '>') state = 'text'
    else if (!/\s/.test(char)) begin('bare', at)
  }
  const inValue = (char: string, at: number) => {
    const ends = state === 'bare' ? /[\s>]/.test(char) : char === state
    if (!ends) return
    if (endedAt < 0) endedAt = at
    state = char === '>' ? 'text' : 'tag'
    afterBlank = true
  }
  const step = (char: string, at: number) => {
    if (state === 'tag') inTag(char, at)
    else if (state === 'value') beforeValue(char, at)
    else inValue(char, at)
  }
  const walk = (html: string) => {
    for (let at = 0; at < html.length; at++) {
      if (state !== 'text' && state !== 'comment') {
        step(html[at]!, at)
        continue
      }
      const found: number = html.indexOf(state === 'text' ? '<' : '-->', at)
      if (found < 0) return
      at = found
      name = ''
      state = state === 'text' ? afterLess(html, found) : 'text'
    }
  }
  const goTo = (mark: PlaceMark) => {
    ;({ state, isUrl } = mark)
    name = ''
  }
  return {
    goTo,
    read(html) {
      const goesOn = inUrl()
      begunAt = endedAt = -1
      walk(html)
      const more = goesOn ? html.slice(0, endedAt < 0 ? undefined : endedAt) : ''
      return { more, ...(inUrl() && begunAt >= 0 && { begun: html.slice(begunAt) }) }
    },
    printed() {
      if (state === 'value') state = 'bare'
      if (state === 'tag') name = ''
    },
    get inAttribute() {
      return inAttribute()
    },
    get isBare() {
      return state === 'value' || state === 'bare'
    },
    get inUrl() {
      return inUrl()
    },
    get mark() {
      return { state, isUrl: inUrl() }
    },
    meet(other) {
      const isHere = inUrl() || (inAttribute() && !other.isUrl)
      if (!isHere) goTo(other)
    },
  }
}

/** A `<` that no name follows is text. */
function afterLess(html: string, at: number): State {
  if (html.startsWith('<!--', at)) return 'comment'
  return /[a-z/!?]/i.test(html[at + 1] ?? ' ') ? 'tag' : 'text'
}
