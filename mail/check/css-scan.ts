import { TokenType, tokenizer, type CSSToken } from '@csstools/css-tokenizer'

export interface Declaration {
  /** In lower case. */
  readonly property: string
  readonly value: string
  /** Where in the css it begins. */
  readonly at: number
}

/** What stands before a block: a selector, or an at-rule such as `@media screen`. */
export interface Prelude {
  readonly text: string
  readonly at: number
  /** Inside how many rules that are no at-rules. */
  readonly depth: number
}

export interface Css {
  readonly declarations: readonly Declaration[]
  readonly preludes: readonly Prelude[]
  /** Where comments begin. */
  readonly comments: readonly number[]
  /** Parts that were read, and errors in them. */
  readonly count: number
}

/**
 * The parts of a style sheet or of a style attribute. Reads on over what is broken.
 *
 * @param most parts and errors, after which reading ends
 */
export function scanCss(css: string, most: number): Css {
  const found = {
    declarations: [] as Declaration[],
    preludes: [] as Prelude[],
    comments: [] as number[],
    count: 0,
  }
  if (css === '') return found
  const open: boolean[] = []
  let part: CSSToken[] = []
  let depth = 0
  const endPart = (isPrelude: boolean) => {
    found.count += 1
    const text = textOf(part)
    const at = startOf(part)
    const isAtRule = text.startsWith('@')
    if (isPrelude || isAtRule) found.preludes.push({ text, at, depth })
    else found.declarations.push(...declarationIn(text, at))
    part = []
    return !isAtRule
  }
  // Of each error an object is made, with its stack: 7 microseconds.
  const tokens = tokenizer({ css }, { onParseError: () => void (found.count += 1) })
  while (!tokens.endOfFile()) {
    const token = tokens.nextToken()
    if (found.count > most) return found
    if (token[0] === TokenType.Comment) found.comments.push(token[2])
    else if (token[0] === TokenType.OpenCurly) {
      const isRule = endPart(true)
      open.push(isRule)
      depth += Number(isRule)
    } else if (token[0] === TokenType.CloseCurly) {
      endPart(false)
      depth -= Number(open.pop() ?? false)
    } else if (token[0] === TokenType.Semicolon) endPart(false)
    else part.push(token)
  }
  endPart(false)
  return found
}

/** Characters of a selector or a declaration that are looked at. */
const longestPart = 4_000

function textOf(tokens: readonly CSSToken[]): string {
  const text = tokens.map(([, source]) => source).join('')
  return text.trim().slice(0, longestPart)
}

function startOf(tokens: readonly CSSToken[]): number {
  const first = tokens.find(([type]) => type !== TokenType.Whitespace) ?? tokens[0]
  return first?.[2] ?? 0
}

function declarationIn(text: string, at: number): Declaration[] {
  const colon = text.indexOf(':')
  const property = text.slice(0, Math.max(colon, 0)).trim().toLowerCase()
  if (!/^-{0,2}[a-z][\w-]*$/.test(property)) return []
  return [
    {
      property,
      value: text
        .slice(colon + 1)
        .trim()
        .toLowerCase(),
      at,
    },
  ]
}
