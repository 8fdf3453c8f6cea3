import { finding, type Finding, type Place, type Severity } from './finding.ts'
import type { Listener, Tag } from './html-scan.ts'

/** Hears html, and tells afterwards what keeps people from reading it. */
export interface AccessibilityCheck extends Listener {
  readonly findings: () => Finding[]
}

interface Rule {
  readonly severity: Severity
  readonly text: string
}

/**
 * The rules, after the yardstick of emailmarkup.org, which found hardly an email that keeps them.
 * https://www.w3.org/TR/WCAG22/ numbers stand in brackets.
 */
const rules = {
  // 3.1.1
  'html.lang': {
    severity: 'warning',
    text: '<html> has no lang, so screen readers guess the language.',
  },
  // 1.3.2
  'html.dir': {
    severity: 'note',
    text: '<html> has no dir, so the direction of the text is left to the client.',
  },
  // 2.4.2
  'html.title': {
    severity: 'warning',
    text: 'There is no <title>, which screen readers read first.',
  },
  // 1.1.1
  'html.alt': {
    severity: 'error',
    text: 'A picture has no alt: give it words, or alt="" where it only decorates.',
  },
  // 1.3.1
  'html.table-role': {
    severity: 'warning',
    text: 'A table for layout has no role="presentation", so screen readers read it cell by cell.',
  },
  // 2.4.4
  'html.link-text': {
    severity: 'error',
    text: 'A link has neither text nor a picture with alt, so no one hears where it leads.',
  },
  'html.no-effect': {
    severity: 'warning',
    text: 'An element is here that mail clients take out: script, iframe, object or embed.',
  },
  'html.link-relative': {
    severity: 'error',
    text: 'A link or picture has an address that is not absolute, so from an inbox it leads nowhere.',
  },
} as const satisfies Record<string, Rule>

type RuleName = keyof typeof rules

export function checkAccessibility(placeOf: (at: number) => Place): AccessibilityCheck {
  const found = new Map<RuleName, Place[]>()
  const note = (rule: RuleName, at: number) =>
    void found.set(rule, [...(found.get(rule) ?? []), placeOf(at)].slice(0, mostPlaces))
  const open: OpenElement[] = []
  let [title, hasHtml] = ['', false]
  return {
    open(tag) {
      hasHtml ||= tag.name === 'html'
      for (const rule of faultsOf(tag)) note(rule, tag.at)
      if (tag.name === 'th') for (const one of open) one.isData = true
      if (hasWords(tag)) for (const one of open) one.words = true
      if (kept.has(tag.name) && open.length < deepest)
        open.push({ tag, words: hasWords(tag), isData: false })
    },
    close(name) {
      if (open.at(-1)?.tag.name !== name) return
      const { tag, words, isData } = open.pop()!
      if (name === 'a' && tag.attributes['href'] !== undefined && !words)
        note('html.link-text', tag.at)
      if (name === 'table' && !isData && !hasRole(tag)) note('html.table-role', tag.at)
    },
    text(text) {
      if (text.trim() === '') return
      if (open.at(-1)?.tag.name === 'title') title += text
      for (const one of open) one.words = true
    },
    findings() {
      if (title.trim() === '') note('html.title', 0)
      if (!hasHtml) for (const rule of ['html.lang', 'html.dir'] as const) note(rule, 0)
      return [...found].map(([rule, places]) => finding({ rule, ...rules[rule] }, places))
    },
  }
}

/** Elements whose inside decides, and what was found there. */
interface OpenElement {
  readonly tag: Tag
  words: boolean
  isData: boolean
}

const kept: ReadonlySet<string> = new Set(['a', 'table', 'title'])

/** Elements inside each other that are kept in mind, and places of one rule. */
const deepest = 200
const mostPlaces = 50

function faultsOf(tag: Tag): RuleName[] {
  const { name, attributes } = tag
  const lacks = (attribute: string) => !Object.hasOwn(attributes, attribute)
  const links = name === 'a' || name === 'img' ? [attributes['href'], attributes['src']] : []
  return [
    ...(name === 'html' && !attributes['lang']?.trim() ? (['html.lang'] as const) : []),
    ...(name === 'html' && !attributes['dir']?.trim() ? (['html.dir'] as const) : []),
    ...(name === 'img' && lacks('alt') && !isHidden(tag) ? (['html.alt'] as const) : []),
    ...(noEffect.has(name) ? (['html.no-effect'] as const) : []),
    ...(links.some(isRelative) ? (['html.link-relative'] as const) : []),
  ]
}

const noEffect: ReadonlySet<string> = new Set(['script', 'iframe', 'object', 'embed'])

/** With a scheme, a fragment, or what a template or a provider fills in later. */
function isRelative(link: string | undefined): boolean {
  return link !== undefined && !/^\s*([a-z][a-z0-9+.-]*:|\/\/|#|\{\{|\[|%|$)/i.test(link)
}

function isHidden({ attributes }: Tag): boolean {
  return attributes['aria-hidden'] === 'true' || attributes['role'] === 'presentation'
}

function hasRole({ attributes }: Tag): boolean {
  const role = attributes['role']?.trim() ?? ''
  return role !== '' || Object.hasOwn(attributes, 'aria-label')
}

/** Read aloud in place of text. */
function hasWords({ attributes }: Tag): boolean {
  const words = [attributes['alt'], attributes['aria-label'], attributes['title']]
  return words.some((text) => text?.trim()) || Object.hasOwn(attributes, 'aria-labelledby')
}
