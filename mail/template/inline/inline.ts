import { TemplateError } from '../template-fault.ts'
import { scan } from '../scan.ts'
import { stylesFor, styledElements, toBecomeImportant } from './cascade.ts'
import { readElements, type Element } from './elements.ts'
import type { Inlined, Left } from './inlined.ts'
import { compose, type Composed, type Page } from './page.ts'
import { takeApart } from './rewritten.ts'
import { readStyles, type Style } from './styles.ts'

/**
 * Copies what style sheets say into the style attributes of what they say it of, for mail programs
 * that read no style sheets. In those that do nothing changes: style sheets stay where they are, and
 * so does every tag of the template, for all that is done is to put in text.
 *
 * @returns the texts, or why they were left as they are
 */
export function inlineCss(page: Page): Inlined | Left {
  try {
    return inlined(page)
  } catch (error) {
    if (error instanceof TemplateError) return { left: error.fault }
    throw error
  }
}

function inlined(page: Page): Inlined {
  const composed = compose(page)
  const html = readElements(composed)
  const rules = readStyles(composed, html)
  const styled = styledElements(rules, html.elements)
  if (!styled) throw composed.fault(0, 'there are too many rules for so many elements')
  const chosen = toBecomeImportant(styled)
  for (const one of styled)
    if (isOurs(one.element)) write(composed, one.element, stylesFor(one, chosen))
  for (const style of chosen) composed.insert(style.to, ' !important')
  const made = takeApart(composed, page.html)
  refuseExcess([made.html, ...(made.layout ? [made.layout] : []), ...made.partials.values()])
  return made
}

/** What is not shown needs no styles; the others say so as they say it to juice or css-inline. */
function isOurs({ name, attributes, isOpen }: Element): boolean {
  const style = attributes.get('style')
  return !unshown.has(name) && !isOpen && !attributes.has('data-css-inline') && style?.quote !== ''
}

const unshown = new Set(['head', 'title', 'meta', 'link', 'base', 'style', 'script'])

function write(page: Composed, { attributes, afterName }: Element, styles: readonly Style[]) {
  if (styles.length === 0) return
  const css = styles.map(({ property, value }) => `${property}:${value};`).join('')
  const style = attributes.get('style')
  if (style) page.insert(style.at, spelled(css, style.quote))
  else if (afterName !== undefined) page.insert(afterName, ` style="${spelled(css, '"')}"`)
}

/** With the other quotes where that changes nothing: some programs read no entities here. */
function spelled(css: string, quote: string): string {
  const other = quote === '"' ? "'" : '"'
  const text = css.replaceAll('&', '&amp;')
  if (!text.includes(other)) return text.replaceAll(quote, other)
  return text.replaceAll(quote, quote === '"' ? '&quot;' : '&#39;')
}

function refuseExcess(texts: readonly { readonly where: string; readonly text: string }[]) {
  for (const { where, text } of texts) {
    const excess = scan(text)
    if (excess) throw new TemplateError({ where, ...excess })
  }
}
