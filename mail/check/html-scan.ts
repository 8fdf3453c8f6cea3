import { Parser } from 'htmlparser2'

export interface Tag {
  /** In lower case. */
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
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
  readonly style?: (css: string, at: number) => void
  /** A comment, or a declaration such as `!doctype html`. */
  readonly aside?: (kind: 'comment' | 'declaration', text: string, at: number) => void
}

/**
 * Reads html once for several checks.
 *
 * @returns whether all of it was read: what is nested or cut up beyond bounds is left
 */
export function scanHtml(html: string, listeners: readonly Listener[]): boolean {
  let [depth, steps, inStyle] = [0, 0, false]
  const each = (tell: (listener: Listener) => void) => {
    steps += 1
    listeners.forEach(tell)
  }
  const parser = new Parser({
    onopentag(name, attributes) {
      depth += 1
      inStyle = name === 'style'
      const tag = { name, attributes, at: parser.startIndex }
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
      each((listener) => (inStyle ? listener.style : listener.text)?.(text, at))
    },
    oncomment: (text) => each(({ aside }) => aside?.('comment', text, parser.startIndex)),
    onprocessinginstruction: (_, text) =>
      each(({ aside }) => aside?.('declaration', text, parser.startIndex)),
  })
  let at = 0
  for (; at < html.length && depth < deepest && steps < mostSteps; at += piece)
    parser.write(html.slice(at, at + piece))
  parser.end()
  return at >= html.length
}

/**
 * Elements inside each other, after which reading ends at the latest a piece later, in characters:
 * htmlparser2 10.1 takes time by the square of the depth.
 */
const deepest = 1_000
const piece = 20_000

/** Tags, attributes and texts, after which reading ends: a quarter of a second. */
const mostSteps = 150_000
