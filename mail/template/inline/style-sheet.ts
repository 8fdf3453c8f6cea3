import { TokenType, tokenize, type CSSToken } from '@csstools/css-tokenizer'

export interface Rule {
  /** Its selectors, with commas. */
  readonly prelude: string
  readonly from: number
  readonly to: number
  /** Whether an at-rule stands around it: it holds for some readers only. */
  readonly isConditional: boolean
  readonly declarations: Declaration[]
}

export interface Declaration {
  /** In lower case. */
  readonly property: string
  /** Without `!important`, on one line. */
  readonly value: string
  readonly isImportant: boolean
  readonly from: number
  /** Where its value begins, and ends. */
  readonly valueFrom: number
  readonly to: number
}

/** A block that is open: a rule, a group such as `@media`, or what is passed over. */
type Block = Rule | 'group' | 'passed'

/** At-rules whose blocks hold rules. */
const groups = /^@(media|supports|layer|container|-moz-document|document)\b/i

/**
 * The rules of a style sheet, with their places.
 *
 * @returns where a rule stands inside another, instead
 */
export function readRules(css: string): Rule[] | { nestedAt: number } {
  const rules: Rule[] = []
  const open: Block[] = []
  let part: CSSToken[] = []
  const take = () => {
    const taken = trimmed(part)
    part = []
    return taken
  }
  for (const token of tokenize({ css })) {
    const around = open.at(-1)
    const [type] = token
    if (type === TokenType.OpenCurly) {
      const prelude = take()
      if (isRule(around)) return { nestedAt: token[2] }
      const block = around === 'passed' ? 'passed' : blockOf(prelude, open.length > 0)
      if (isRule(block)) rules.push(block)
      open.push(block)
    } else if (type === TokenType.CloseCurly || type === TokenType.Semicolon) {
      const declared = take()
      if (isRule(around)) around.declarations.push(...declarationIn(declared))
      if (type === TokenType.CloseCurly) open.pop()
    } else if (!aside.has(type)) part.push(token)
  }
  const last = open.at(-1)
  if (isRule(last)) last.declarations.push(...declarationIn(take()))
  return rules
}

/** The declarations of a style attribute. */
export function declarationsOf(css: string): Declaration[] {
  const read = readRules(`{${css}}`)
  return 'nestedAt' in read ? [] : read.flatMap(({ declarations }) => declarations)
}

/** Comments, and the marks of comments of html. */
const aside: ReadonlySet<TokenType> = new Set([TokenType.Comment, TokenType.CDO, TokenType.CDC])

function isRule(block: Block | undefined): block is Rule {
  return typeof block === 'object'
}

function blockOf(prelude: readonly CSSToken[], isConditional: boolean): Block {
  const text = textOf(prelude)
  if (text.startsWith('@')) return groups.test(text) ? 'group' : 'passed'
  const [from, to] = [prelude[0]?.[2] ?? 0, (prelude.at(-1)?.[3] ?? -1) + 1]
  return { prelude: text, from, to, isConditional, declarations: [] }
}

function declarationIn(tokens: readonly CSSToken[]): Declaration[] {
  const colon = tokens.findIndex(([type]) => type === TokenType.Colon)
  const property = textOf(trimmed(tokens.slice(0, Math.max(colon, 0)))).toLowerCase()
  const value = trimmed(tokens.slice(colon + 1))
  if (!/^-{0,2}[a-z][\w-]*$/.test(property) || value.length === 0) return []
  const [said, ...rest] = textOf(value).split(/\s*!\s*important$/i)
  return [
    {
      property,
      value: said!,
      isImportant: rest.length > 0,
      from: tokens[0]![2],
      valueFrom: value[0]![2],
      to: value.at(-1)![3] + 1,
    },
  ]
}

function trimmed(tokens: readonly CSSToken[]): CSSToken[] {
  const isBlank = ([type]: CSSToken) => type === TokenType.Whitespace
  const first = tokens.findIndex((token) => !isBlank(token))
  return first < 0 ? [] : tokens.slice(first, tokens.findLastIndex((token) => !isBlank(token)) + 1)
}

function textOf(tokens: readonly CSSToken[]): string {
  return tokens.map(([type, text]) => (type === TokenType.Whitespace ? ' ' : text)).join('')
}
