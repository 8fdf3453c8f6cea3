import '../property-seed.ts'
import fc from 'fast-check'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { inlineCss } from '../../mail/template/inline/inline.ts'
import { describeInChromium } from './browser.ts'

const element = fc.constantFrom(
  ...['p', 'td', 'a', 'div', '*', '.a', '.b', '.c', '#x', 'p.a', '[title]', '[title^="t"]', 'body'],
)
/** A selector of elements that are joined and end like this. */
const selectors = (joins: readonly string[], endings: readonly string[]) =>
  fc
    .array(fc.tuple(fc.constantFrom(...joins), element, fc.constantFrom(...endings)), {
      minLength: 1,
      maxLength: 3,
    })
    .map((steps) =>
      steps.map(([join, name, end], index) => (index > 0 ? join : '') + name + end).join(''),
    )
const plain = selectors([' ', ' > '], [''])
const any = selectors(
  [' ', ' ', ' > ', ' + ', ' ~ '],
  ['', '', '', '', ':first-child', ':hover', ':not(.a)', '::before'],
)

const values = {
  color: ['red', '#00f', 'inherit'],
  background: ['red', 'none', 'url("x.png") #fff'],
  'background-color': ['red', '#00f', '#fff'],
  padding: ['1px', '2px 3px', '0'],
  'padding-left': ['5px', '6px', '7px'],
  border: ['1px solid red', '2px dotted #00f', 'none'],
  'border-left': ['3px solid red', '1px solid #00f', 'none'],
  'border-color': ['red', '#00f', '#fff'],
  font: ['12px/1.2 Arial', 'bold 16px "Times New Roman"', 'italic 9px serif'],
  'line-height': ['1', '2', '10px'],
  display: ['block', 'inline', 'none'],
}
const declarations = (weights: readonly string[]) =>
  fc
    .constantFrom(...Object.entries(values))
    .chain(([property, all]) =>
      fc
        .tuple(fc.constantFrom(...all), fc.constantFrom(...weights))
        .map(([value, weight]) => `${property}: ${value}${weight}`),
    )
const declaration = declarations(['', '', '', '', ' !important'])

const rules = (selector: fc.Arbitrary<string>, declared: fc.Arbitrary<string>) =>
  fc
    .tuple(
      fc.array(selector, { minLength: 1, maxLength: 2 }),
      fc.array(declared, { minLength: 1, maxLength: 3 }),
    )
    .map(([all, said]) => `${all.join(', ')} { ${said.join('; ')} }`)
const rule = rules(any, declaration)
const group = fc
  .tuple(fc.constantFrom('(max-width: 600px)', '(max-width: 100px)'), rule)
  .map(([media, inner]) => `@media ${media} { ${inner} }`)

const attributes = fc
  .tuple(
    fc.constantFrom('', ' class="a"', ' class="b c"', ' class="a b"', ' id="x"'),
    fc.constantFrom('', '', ' title="tx"'),
    fc.oneof(
      { weight: 4, arbitrary: fc.constant('') },
      declaration.map((one) => ` style='${one}'`),
    ),
  )
  .map((all) => all.join(''))
const { node } = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.constant('t'),
    fc
      .tuple(fc.constantFrom('p', 'a'), attributes)
      .map(([name, all]) => `<${name}${all}>t</${name}>`),
    fc
      .tuple(attributes, fc.array(tie('node'), { maxLength: 3 }))
      .map(([all, inner]) => `<div${all}>${inner.join('')}</div>`),
    fc
      .tuple(attributes, tie('node'))
      .map(([all, inner]) => `<table><tbody><tr><td${all}>${inner}</td></tr></tbody></table>`),
  ),
}))

/** What every element looks like, on a page as wide as a phone. */
async function looks(page: Page, html: string, hasSheets = true): Promise<unknown> {
  await page.setContent(html)
  if (!hasSheets) await page.evaluate('document.querySelector("style").remove()')
  return page.evaluate(`[...document.querySelectorAll('body, body *')].map((one) => {
    const style = getComputedStyle(one)
    return ['color', 'background', 'padding', 'border', 'font', 'display'].map((name) => style[name])
  })`)
}

const body = fc.array(node, { minLength: 1, maxLength: 4 })

/** Many more are for who changes how CSS is inlined. */
const numRuns = process.env['POSTERN_EVERY_PAGE'] === '1' ? 2_000 : 40

/** Tries pages with rules of this kind, and counts those that inlining changes. */
async function tryPages(
  rule: fc.Arbitrary<string>,
  look: (before: string, after: string) => Promise<void>,
): Promise<number> {
  let changed = 0
  const sheet = fc.array(rule, { minLength: 1, maxLength: 8 })
  const tried = fc.asyncProperty(sheet, body, async (css, inner) => {
    const head = `<!doctype html><html><head><style>${css.join('\n')}</style></head>`
    const text = `${head}<body>${inner.join('')}</body></html>`
    const made = inlineCss({ html: { where: 'html', text }, partial: () => undefined })
    if ('left' in made) throw new Error(made.left.rule)
    if (made.html.text === text) return
    changed += 1
    await look(text, made.html.text)
  })
  await fc.assert(tried, { numRuns })
  return changed
}

describeInChromium('a page whose CSS is inlined', ({ open }) => {
  const size = { width: 500, height: 500 }

  it('looks the same', async () => {
    const page = await open({ size })
    const changed = await tryPages(
      fc.oneof({ weight: 4, arbitrary: rule }, group),
      async (before, after) => expect(await looks(page, after)).toEqual(await looks(page, before)),
    )
    expect(changed).toBeGreaterThan(numRuns / 5)
  })

  it('looks the same without its style sheet, where that says the same to all readers', async () => {
    const page = await open({ size })
    const changed = await tryPages(rules(plain, declarations([''])), async (before, after) =>
      expect(await looks(page, after, false)).toEqual(await looks(page, before)),
    )
    expect(changed).toBeGreaterThan(numRuns / 5)
  })
})
