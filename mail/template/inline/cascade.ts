import type { Element } from './elements.ts'
import { matches, no, readSelectors, yes } from './selector.ts'
import { declarationsOf } from './style-sheet.ts'
import type { Style, StyleRule } from './styles.ts'

/** A style that an element has, or may have. */
export interface Claim {
  readonly style: Style
  /** Orders what is equally important: specificity, then place. */
  readonly weight: number
  readonly isSure: boolean
}

/** What the style sheets say of one element. */
export interface Styled {
  readonly element: Element
  readonly claims: Claim[]
  /** Properties that its own attribute sets; undefined where tags hide some. */
  readonly own: readonly string[] | undefined
}

/** Looks at parts of selectors in all elements, and at pairs of claims of one element. */
const mostLooks = 1_000_000
const mostPairs = 1_000_000

/** What each element that a rule matches is told, or `undefined` when there are too many of both. */
export function styledElements(
  rules: readonly StyleRule[],
  elements: readonly Element[],
): Styled[] | undefined {
  const claims = new Map<number, Claim[]>()
  let looks = 0
  let pairs = 0
  for (const { prelude, styles } of rules)
    for (const selector of readSelectors(prelude)) {
      looks += selector.parts.length * elements.length
      if (looks > mostLooks) return undefined
      const { specificity } = selector
      for (const [number, sure] of matches(selector, elements).entries()) {
        if (sure === no) continue
        const known = claims.get(number) ?? []
        claims.set(number, known)
        for (const style of styles) {
          const weight = specificity * 1e6 + style.order
          known.push({ style, weight, isSure: sure === yes && style.isFixed })
        }
        if ((pairs += styles.length * known.length) > mostPairs) return undefined
      }
    }
  return [...claims].map(([number, known]) => {
    const element = elements[number]!
    return { element, claims: known.sort(byWeight), own: ownProperties(element) }
  })
}

function byWeight(one: Claim, other: Claim): number {
  return (
    Number(one.style.isImportant) - Number(other.style.isImportant) || one.weight - other.weight
  )
}

function ownProperties({ attributes, isOpen }: Element): string[] | undefined {
  const style = attributes.get('style')
  if (!style) return isOpen ? undefined : []
  return isOpen || style.hasTag ? undefined : propertiesIn(style.value)
}

function propertiesIn(css: string): string[] {
  return declarationsOf(css).map(({ property }) => property)
}

/** Whether what is said of one property changes what was said of another. */
export function touches(one: string, other: string): boolean {
  if (one === other) return true
  if (one === 'all' || other === 'all') return true
  const [first, second] = [one.split('-')[0], other.split('-')[0]]
  if (first === second) return first !== 'text' && first !== ''
  return one === 'font' ? other === 'line-height' : one === 'line-height' && other === 'font'
}

/**
 * Styles that have to become important, so that they still win over what stands in attributes: they
 * hold for some readers or values only, and won over a style that holds for all. Where one would
 * then win too much it is not among them.
 */
export function toBecomeImportant(styled: readonly Styled[]): ReadonlySet<Style> {
  const held = new Map<Style, { of: Styled; claim: Claim }[]>()
  for (const of of styled)
    for (const claim of of.claims) {
      const { style } = claim
      const list = held.get(style) ?? []
      list.push({ of, claim })
      held.set(style, list)
    }
  const loose = [...held].filter(
    ([{ isImportant }, all]) => !isImportant && all.some(({ claim }) => !claim.isSure),
  )
  const highest = (all: { claim: Claim }[]) => Math.max(...all.map(({ claim }) => claim.weight))
  const chosen = new Set<Style>()
  for (const [style, all] of loose.sort(([, one], [, other]) => highest(other) - highest(one))) {
    const verdicts = all.map(({ of, claim }) => verdictOn(claim, of, chosen))
    if (verdicts.includes('win') && !verdicts.includes('lose')) chosen.add(style)
  }
  return chosen
}

/** Whether a style wins over one that goes into the attribute, or must not win over another. */
function verdictOn(
  { style, weight, isSure }: Claim,
  { claims, own }: Styled,
  chosen: ReadonlySet<Style>,
): 'win' | 'lose' | 'none' {
  const { property } = style
  if (!own || own.some((one) => touches(one, property))) return 'lose'
  const rivals = claims.filter(
    (one) => one.style !== style && touches(one.style.property, property),
  )
  const isBeaten = rivals.some(
    (one) => one.style.isImportant || (one.weight > weight && !chosen.has(one.style)),
  )
  if (isBeaten) return 'lose'
  return !isSure && rivals.some((one) => one.isSure) ? 'win' : 'none'
}

/** What goes into the attribute of an element, in the order in which the last one wins. */
export function stylesFor({ claims, own }: Styled, chosen: ReadonlySet<Style>): Style[] {
  const sure = claims.filter((claim) => claim.isSure && !isInDoubt(claim, claims, chosen))
  const styles = sure.map(({ style }) => style)
  const rules = new Map(styles.map((style) => [style.property, style.rule]))
  return styles.filter(
    ({ property, rule }) => rules.get(property) === rule && !own?.includes(property),
  )
}

/** Whether some readers, or some values, want something else that is not important. */
function isInDoubt(
  { style, weight }: Claim,
  claims: readonly Claim[],
  chosen: ReadonlySet<Style>,
): boolean {
  if (style.isImportant) return false
  return claims.some(
    (one) =>
      !one.isSure &&
      !one.style.isImportant &&
      one.weight > weight &&
      !chosen.has(one.style) &&
      touches(one.style.property, style.property),
  )
}
