import { parse, SelectorType, type Selector as Token } from 'css-what'
import type { Attribute, Element } from './elements.ts'

/** How sure it is that a selector matches an element. */
export const no = 0
/** It depends on the reader, on values, or on what is not looked at here. */
export const maybe = 1
export const yes = 2

export interface Selector {
  /** By the rules of CSS: ids, then classes, then names. */
  readonly specificity: number
  /** From right to left. */
  readonly parts: readonly Part[]
}

interface Part {
  readonly tokens: readonly Token[]
  /** Whether the next part must match the parent, and no one further up. */
  readonly isChild: boolean
  /** The most that can be said where all tokens match. */
  readonly most: number
}

/** Compiles the selectors of a rule. Where one cannot be read, CSS ignores the rule. */
export function readSelectors(prelude: string): Selector[] {
  let lists: Token[][]
  try {
    lists = parse(prelude)
  } catch {
    return []
  }
  if (lists.some(isInvalid)) return []
  // A reader that does not know one of them ignores the rule.
  const most = lists.flat().every(isKnown) ? yes : maybe
  return lists.filter((tokens) => !tokens.some(isPseudoElement)).map((one) => compiled(one, most))
}

/** Nothing can follow an element that is made up. */
function isInvalid(tokens: readonly Token[]): boolean {
  const at = tokens.findIndex(isPseudoElement)
  return at >= 0 && tokens.slice(at + 1).some(({ type }) => type !== SelectorType.Pseudo)
}

const known: ReadonlySet<string> = new Set([
  ...['link', 'visited', 'hover', 'active', 'focus', 'root', 'not', 'is', 'where', 'empty'],
  ...['first-child', 'last-child', 'only-child', 'nth-child', 'nth-last-child'],
  ...['first-of-type', 'last-of-type', 'only-of-type', 'nth-of-type', 'nth-last-of-type'],
  ...['before', 'after', 'first-line', 'first-letter'],
])

function isKnown(token: Token): boolean {
  const isPseudo = token.type === SelectorType.Pseudo || token.type === SelectorType.PseudoElement
  return !isPseudo || known.has(token.name)
}

/** Elements that are made up have no style attribute. */
function isPseudoElement(token: Token): boolean {
  if (token.type === SelectorType.PseudoElement) return true
  return token.type === SelectorType.Pseudo && /^(before|after|first-l\w+)$/.test(token.name)
}

function compiled(tokens: readonly Token[], mostOfAll: number): Selector {
  const parts: Part[] = []
  let own: Token[] = []
  const end = (isChild: boolean, isCertain = true) => {
    const isSure = isCertain && own.every(({ type }) => type !== SelectorType.Pseudo)
    parts.push({ tokens: own, isChild, most: isSure ? mostOfAll : maybe })
    own = []
  }
  for (const token of tokens.toReversed()) {
    if (token.type === SelectorType.Descendant) end(false)
    else if (token.type === SelectorType.Child) end(true)
    // Siblings may come from a loop, so what stands left of one is not looked at.
    else if (isCombinator(token)) {
      end(false, false)
      return { specificity: specificityOf(tokens), parts }
    } else own.push(token)
  }
  end(false)
  return { specificity: specificityOf(tokens), parts }
}

function isCombinator({ type }: Token): boolean {
  return (
    type === SelectorType.Adjacent ||
    type === SelectorType.Sibling ||
    type === SelectorType.Parent ||
    type === SelectorType.ColumnCombinator
  )
}

function specificityOf(tokens: readonly Token[]): number {
  return tokens.reduce((sum, token) => sum + weightOf(token), 0)
}

function weightOf(token: Token): number {
  if (token.type === SelectorType.Attribute)
    return token.name === 'id' && (token.action as string) === 'equals' ? 10_000 : 100
  if (token.type === SelectorType.Pseudo) return token.name === 'where' ? 0 : 100
  return token.type === SelectorType.Tag ? 1 : 0
}

/**
 * For each element of a page how sure it is that a selector matches. Each part is asked once of each
 * element, and what holds further up is handed down: no selector takes longer than its length.
 */
export function matches({ parts }: Selector, elements: readonly Element[]): Uint8Array {
  let sure: Uint8Array | undefined
  for (const { tokens, isChild, most } of parts.toReversed()) {
    const above = sure
    const own = new Uint8Array(elements.length)
    // The best of what the part to the left is in any element around.
    const around = isChild ? undefined : new Uint8Array(elements.length)
    elements.forEach((element, number) => {
      const { parent } = element
      const outer = !above ? yes : outerOf(parent, above, around)
      if (around && parent >= 0) around[number] = outer
      own[number] = outer === no ? no : Math.min(outer, most, matchOf(tokens, element))
    })
    sure = own
  }
  return sure!
}

function outerOf(parent: number, above: Uint8Array, around: Uint8Array | undefined): number {
  if (parent < 0) return no
  return around ? Math.max(above[parent]!, around[parent]!) : above[parent]!
}

function matchOf(tokens: readonly Token[], element: Element): number {
  let sure: number = yes
  for (const token of tokens) {
    sure = Math.min(sure, tokenMatch(token, element))
    if (sure === no) return no
  }
  return sure
}

function tokenMatch(token: Token, { name, attributes, isOpen }: Element): number {
  if (token.type === SelectorType.Tag) return token.name.toLowerCase() === name ? yes : no
  if (token.type !== SelectorType.Attribute) return yes
  const attribute = attributes.get(token.name.toLowerCase())
  if (isOpen || attribute?.hasTag) return maybe
  return attribute !== undefined && fits(token, attribute) ? yes : no
}

type AttributeToken = Extract<Token, { action: string }>

function fits({ action, value, ignoreCase }: AttributeToken, attribute: Attribute): boolean {
  const isFolded = ignoreCase === true
  const wanted = isFolded ? value.toLowerCase() : value
  const given = isFolded ? attribute.value.toLowerCase() : attribute.value
  switch (action as string) {
    case 'exists':
      return true
    case 'equals':
      return given === wanted
    case 'element':
      return (attribute.words ?? new Set(given.split(/\s+/))).has(wanted)
    case 'hyphen':
      return given === wanted || given.startsWith(`${wanted}-`)
    case 'start':
      return wanted !== '' && given.startsWith(wanted)
    case 'end':
      return wanted !== '' && given.endsWith(wanted)
    case 'any':
      return wanted !== '' && given.includes(wanted)
    default:
      return given !== wanted
  }
}
