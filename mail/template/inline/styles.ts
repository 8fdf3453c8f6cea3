import { readRules, type Declaration, type Rule } from './style-sheet.ts'
import { masked, type Html, type Sheet } from './elements.ts'
import type { Composed } from './page.ts'

/** A declaration of a page, by its place in it. */
export interface Style extends Declaration {
  /** In the order of the page. */
  readonly order: number
  /** The number of its rule. */
  readonly rule: number
  /** Whether it holds for every reader, whatever the template is given. */
  readonly isFixed: boolean
}

export interface StyleRule {
  readonly prelude: string
  readonly styles: readonly Style[]
}

/** Most of all style sheets together. */
const mostCss = 100_000
const mostDeclarations = 3_000
const longestPrelude = 4_000

/**
 * The rules of a page's style sheets.
 *
 * @throws TemplateError when a tag of the template stands where it could mean anything
 */
export function readStyles(page: Composed, { sheets }: Pick<Html, 'sheets'>): StyleRule[] {
  const text = masked(page, (kind) => (kind === 'other' ? 'x' : ' '))
  const floating = floatingPlaces(page)
  const rules: StyleRule[] = []
  let order = 0
  let size = 0
  for (const sheet of sheets.filter(isCss)) {
    const { from, to } = sheet
    if ((size += to - from) > mostCss)
      throw page.fault(from, `there are more than ${mostCss} characters of CSS`)
    const read = readRules(text.slice(from, to))
    if ('nestedAt' in read) throw page.fault(from + read.nestedAt, 'a rule stands inside another')
    const placed = read.map((rule) => moved(rule, from))
    refuseTags(page, sheet, placed)
    for (const { prelude, declarations, isConditional } of placed) {
      if (prelude.length > longestPrelude)
        throw page.fault(from, `a selector has more than ${longestPrelude} characters`)
      const holds = !isConditional && !isKept(sheet)
      const styles = declarations.filter(isPlainProperty).map((one) => {
        const isFixed = holds && isCopied(one) && !floating.subarray(one.from, one.to).includes(1)
        return { ...one, order: order++, rule: rules.length, isFixed }
      })
      if (order > mostDeclarations)
        throw page.fault(from, `there are more than ${mostDeclarations} declarations`)
      rules.push({ prelude, styles })
    }
  }
  return rules
}

function isCss({ element: { attributes } }: Sheet): boolean {
  const type = attributes.get('type')?.value.trim().toLowerCase() ?? ''
  return type === '' || type === 'text/css'
}

/** As juice, premailer and css-inline are told to leave a style sheet alone; or some readers only. */
const keeping = ['data-embed', 'data-premailer', 'data-css-inline', 'media']

function isKept({ element: { attributes, isOpen } }: Sheet): boolean {
  return isOpen || keeping.some((name) => attributes.has(name))
}

function moved(rule: Rule, by: number): Rule {
  const declarations = rule.declarations.map((one) => ({
    ...one,
    from: one.from + by,
    valueFrom: one.valueFrom + by,
    to: one.to + by,
  }))
  return { ...rule, from: rule.from + by, to: rule.to + by, declarations }
}

/** Custom properties are for readers of style sheets. */
function isPlainProperty({ property }: Declaration): boolean {
  return !property.startsWith('--')
}

/** The rest could not stand in an attribute as it is. */
function isCopied({ value }: Declaration): boolean {
  return value.length <= 1_000 && !/[{}<>\\\x00-\x1f]/.test(value)
}

/** Places that are in a tag or a block of the template: what stands there depends on its values. */
function floatingPlaces({ text, tags }: Composed): Uint8Array {
  const places = new Uint8Array(text.length)
  const open: number[] = []
  for (const { kind, at, end } of tags) {
    places.fill(1, at, end)
    if (kind === 'open') open.push(at)
    const from = kind === 'close' ? open.pop() : undefined
    if (from !== undefined && open.length === 0) places.fill(1, from, end)
  }
  return places
}

/** What of a style sheet stands at a place. */
const isName = 1
const isValue = 2

/** Tags that print may stand in values; blocks around whole rules and declarations. */
function refuseTags(page: Composed, { from, to }: Sheet, rules: readonly Rule[]) {
  const css = new Uint8Array(to - from)
  for (const rule of rules) {
    css.fill(isName, rule.from - from, rule.to - from)
    for (const one of rule.declarations) {
      css.fill(isName, one.from - from, one.valueFrom - from)
      css.fill(isValue, one.valueFrom - from, one.to - from)
    }
  }
  for (const { kind, at, end } of page.tags) {
    if (at < from || at >= to || kind === 'comment' || kind === 'edge') continue
    const wanted = kind === 'other' ? isValue : 0
    const isFine = css.subarray(at - from, end - from).every((one) => one === wanted)
    if (!isFine || kind === 'escaped')
      throw page.fault(at, 'a tag in a style sheet is neither in a value nor around rules')
  }
}
