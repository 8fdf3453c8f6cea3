import type { FormatCallback, HtmlToTextOptions, SelectorDefinition } from 'html-to-text'

/**
 * How html becomes lines of text, for html-to-text, whose defaults glue the cells of a table
 * together and write headings in capitals.
 *
 * @param onLink called with each link, its text without blanks, after that text was written; what it
 *   returns stands behind the text
 */
export function layout(onLink: (href: string, text: string) => string): HtmlToTextOptions {
  const link: FormatCallback = (element, walk, builder) => {
    let text = ''
    builder.pushWordTransform((word) => {
      text += word
      return word
    })
    walk(element.children, builder)
    builder.popWordTransform()
    const href = ((element.attribs as Record<string, string>)['href'] ?? '').trim()
    builder.addInline(onLink(href, text), { noWordTransform: true })
  }
  return {
    formatters: { link, row, cell },
    selectors: [
      ...each(['a', 'area'], { format: 'link' }),
      ...each(['h1', 'h2', 'h3', 'h4', 'h5', 'h6'], { options: { uppercase: false } }),
      ...each(['table'], { format: 'block' }),
      ...each(['tr'], { format: 'row' }),
      ...each(['td', 'th'], { format: 'cell' }),
      ...each(ownLines, { format: 'block', options: lineBreaks }),
      ...each(leftOut, { format: 'skip' }),
    ],
  }
}

/** What html-to-text would put on one line with what is around it. */
const ownLines = [
  ...['address', 'caption', 'center', 'dd', 'details', 'dl', 'dt', 'fieldset', 'figcaption'],
  ...['figure', 'legend', 'summary'],
]
const lineBreaks = { leadingLineBreaks: 1, trailingLineBreaks: 1 }

/** Elements of which a reader of text sees nothing. */
const leftOut = [
  ...['audio', 'canvas', 'iframe', 'img', 'object', 'select', 'svg', 'template', 'textarea'],
  ...['title', 'video'],
]

type How = Omit<SelectorDefinition, 'selector'>

function each(selectors: readonly string[], how: How): SelectorDefinition[] {
  return selectors.map((selector) => ({ selector, ...how }))
}

/** A row of a table is a line. */
const row: FormatCallback = (element, walk, builder) => {
  builder.openBlock({ leadingLineBreaks: 1 })
  walk(element.children, builder)
  builder.closeBlock({ trailingLineBreaks: 1 })
}

/** A blank stands between two cells of a row, unless one of them has lines of its own. */
const cell: FormatCallback = (element, walk, builder) => {
  builder.addInline(' ')
  walk(element.children, builder)
  builder.addInline(' ')
}
