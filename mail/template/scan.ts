import { limits } from './limits.ts'

/** What makes a text too much to be parsed. */
export interface Excess {
  readonly line: number
  readonly rule: string
}

/**
 * Looks over a text once, before it is parsed: the parser's time and stack grow faster than nesting
 * does. Reads tags as the parser's lexer does, so that nothing in a comment or a string hides depth.
 */
export function scan(text: string): Excess | undefined {
  if (Buffer.byteLength(text) > limits.bytes) return { line: 1, rule: tooLong }
  if (text.includes('\0')) return { line: 1, rule: 'has a NUL' }
  const blocks: number[] = []
  let depth = 0
  let tags = 0
  let tagged = 0
  let words = 0
  for (const tag of tagsIn(text)) {
    const { at } = tag
    const over = (rule: string) => ({ line: lineAt(text, at), rule })
    if (++tags > limits.tags) return over(`more than ${limits.tags} tags`)
    if (tag.kind === 'raw') return over('{{{{ is not supported')
    if (tag.kind !== 'comment' && tag.end - at > limits.tagLength)
      return over(`a tag is longer than ${limits.tagLength} characters`)
    if (tag.kind !== 'comment' && (tagged += tag.end - at) > limits.tagged)
      return over(`its tags have more than ${limits.tagged} characters`)
    if ((words += tag.words) > limits.words)
      return over(`its tags have more than ${limits.words} names and values`)
    if (tag.kind === 'open') blocks.push(1)
    if (tag.kind === 'chain' && blocks.length > 0) blocks[blocks.length - 1]! += 1
    if (tag.kind === 'open' || tag.kind === 'chain') depth += 1
    if (tag.kind === 'close') depth -= blocks.pop() ?? 0
    if (depth + tag.parentheses > limits.depth) return over(`more than ${limits.depth} levels deep`)
  }
  return undefined
}

const tooLong = `more than ${limits.bytes} bytes`

export interface Tag {
  readonly kind: 'open' | 'chain' | 'else' | 'close' | 'comment' | 'raw' | 'escaped' | 'other'
  /** After its last brace. */
  readonly end: number
  readonly parentheses: number
  /** Names, values and signs between them, as the parser's lexer tells them apart. */
  readonly words: number
}

/** The tags of a text, one after the other. */
export function* tagsIn(text: string): Generator<Tag & { readonly at: number }> {
  for (let at = text.indexOf('{{'); at >= 0;) {
    const tag = readTag(text, at)
    yield { ...tag, at }
    at = text.indexOf('{{', tag.end)
  }
}

function readTag(text: string, at: number): Tag {
  // `\{{` is text, `\\{{` is a backslash and a tag.
  if (text[at - 1] === '\\' && text[at - 2] !== '\\')
    return { kind: 'escaped', end: at + 2, ...empty }
  const head = text.slice(at, at + 32)
  if (head.startsWith('{{{{')) return { kind: 'raw', end: at + 4, ...empty }
  if (/^\{\{~?!/.test(head)) return { kind: 'comment', end: commentEnd(text, at), ...empty }
  const { end, parentheses, words } = bodyOf(text, at + 2)
  const isTriple = /^\{\{~?\{/.test(head) && text[end] === '}'
  return { kind: kindOf(head), end: isTriple ? end + 1 : end, parentheses, words }
}

const empty = { parentheses: 0, words: 0 }

function kindOf(head: string): Tag['kind'] {
  if (/^\{\{~?#/.test(head)) return 'open'
  if (/^\{\{~?\//.test(head)) return 'close'
  if (/^\{\{~?\s*(else\s*|\^\s*)~?\}\}/.test(head)) return 'else'
  if (/^\{\{~?\s*else\b/.test(head)) return 'chain'
  return /^\{\{~?\^/.test(head) ? 'open' : 'other'
}

/** A comment of dashes ends at dashes, the others at the first braces. */
function commentEnd(text: string, at: number): number {
  const from = text.indexOf('!', at) + 1
  const end = text.startsWith('--', from) ? /--~?\}\}/g : /\}\}/g
  end.lastIndex = from
  return end.exec(text) ? end.lastIndex : text.length
}

/** The end of a tag, how deep its parentheses go, and its words; a string and `[…]` are one word. */
function bodyOf(text: string, from: number): Omit<Tag, 'kind'> {
  let open = 0
  let parentheses = 0
  let words = 0
  let inWord = false
  const most = Math.min(text.length, from + limits.tagLength + 1)
  for (let at = from; at < most; at++) {
    const char = text[at]!
    if (char === '}' && text[at + 1] === '}') return { end: at + 2, parentheses, words }
    if (char === '(') parentheses = Math.max(parentheses, ++open)
    if (char === ')') open -= 1
    const isSign = signs.includes(char)
    if (isSign || (!inWord && !isBlank(char))) words += 1
    inWord = !isSign && !isBlank(char)
    const closing = closings[char]
    if (closing !== undefined) at = skipTo(text, closing, at + 1)
  }
  return { end: most, parentheses, words }
}

const signs = './=()|'
const isBlank = (char: string) => char === ' ' || (char >= '\t' && char <= '\r')

const closings: Readonly<Record<string, string>> = { '"': '"', "'": "'", '[': ']' }

/** A backslash keeps what it stands before from closing. */
function skipTo(text: string, closing: string, from: number): number {
  let at = text.indexOf(closing, from)
  while (at > 0 && text[at - 1] === '\\') at = text.indexOf(closing, at + 1)
  return at < 0 ? text.length : at
}

/**
 * The same text with blanks for what comments of dashes say: at each of them the parser copies all
 * the text that follows, so that 2,500 in 1 MiB took it a second.
 */
export function withBlankComments(text: string): string {
  if (!/\{\{~?!--/.test(text)) return text
  let out = ''
  let from = 0
  for (const { kind, at, end } of tagsIn(text)) {
    const [open, close] = kind === 'comment' ? dashesOf(text.slice(at, end)) : []
    if (open === undefined || close === undefined) continue
    const said = text.slice(at + open.length, end - close.length)
    out += `${text.slice(from, at)}${open.replace('--', '  ')}${said.replace(/[^\r\n]/g, ' ')}`
    out += close.replace('--', '  ')
    from = end
  }
  return out + text.slice(from)
}

function dashesOf(comment: string): (string | undefined)[] {
  const [open] = /^\{\{~?!--/.exec(comment) ?? []
  const [close] = /--~?\}\}$/.exec(comment) ?? []
  return [open, close]
}

export function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length
}
