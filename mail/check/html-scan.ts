import { Parser } from 'htmlparser2'
import { scanCss, type Css, type Declaration } from './css-scan.ts'

export interface Tag {
  /** In lower case. */
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  /** Of its `style`. */
  readonly declarations: readonly Declaration[]
  /** Where in the source its `<` is. */
  readonly at: number
}

/** What a check wants to hear of an html part, in the order of the source. */
export interface Listener {
  readonly open?: (tag: Tag) => void
  readonly close?: (name: string) => void
  /** Text that is shown or, inside `<title>`, named. */
  readonly text?: (text: string, at: number) => void
  /** The content of `<style>`. */
  readonly style?: (css: Css, at: number) => void
  /** A comment, or a declaration such as `!doctype html`. */
  readonly aside?: (kind: 'comment' | 'declaration', text: string, at: number) => void
}

/**
 * Reads html once for several checks.
 *
 * @returns whether all of it was read: what is nested or cut up beyond bounds is left
 */
export function scanHtml(html: string, listeners: readonly Listener[]): boolean {
  let [depth, steps, inStyle, cssLeft] = [0, 0, false, mostCss]
  const cssOf = (text: string) => {
    const css = scanCss(text, cssLeft)
    cssLeft -= css.count
    return css
  }
  const each = (tell: (listener: Listener) => void) => {
    steps += 1
    listeners.forEach(tell)
  }
  const parser = new Parser({
    onopentag(name, attributes) {
      depth += 1
      inStyle = name === 'style'
      const { declarations } = cssOf(attributes['style'] ?? '')
      const tag = { name, attributes, declarations, at: parser.startIndex }
      each(({ open }) => open?.(tag))
    },
    onattribute: () => void (steps += 1),
    onclosetag(name) {
      depth -= 1
      inStyle = false
      each(({ close }) => close?.(name))
    },
    ontext(text) {
      const at = parser.startIndex
      if (!inStyle) return each((listener) => listener.text?.(text, at))
      const css = cssOf(text)
      each(({ style }) => style?.(css, at))
    },
    oncomment: (text) => each(({ aside }) => aside?.('comment', text, parser.startIndex)),
    onprocessinginstruction: (_, text) =>
      each(({ aside }) => aside?.('declaration', text, parser.startIndex)),
  })
  let at = 0
  for (; at < html.length && depth < deepest && steps < mostSteps; at += piece)
    parser.write(html.slice(at, at + piece))
  parser.end()
  return at >= html.length && cssLeft > 0
}

/**
 * Elements inside each other, after which reading ends at the latest a piece later, in characters:
 * htmlparser2 10.1 takes time by the square of the depth.
 */
const deepest = 1_000
const piece = 20_000

/** Tags, attributes and texts, after which reading ends: a tenth of a second. */
const mostSteps = 100_000

/**
 * Declarations, selectors and errors, after which css is read no further: a tenth of a second. An
 * email of 100 kB has some two thousand.
 */
const mostCss = 10_000
