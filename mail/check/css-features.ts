import type { Declaration, Prelude } from './css-scan.ts'
import { imageFeatures } from './image-features.ts'

/**
 * Which features of caniemail css uses, by their names there. A name that caniemail does not know
 * means nothing: who asks looks it up.
 */
export function featuresOfDeclaration({ property, value }: Declaration): string[] {
  const urls = [...value.matchAll(/url\(\s*["']?([^"')]{1,500})/g)].map(([, url]) => url!)
  return [
    ...featuresOfProperty(property),
    ...displayed(property, value),
    ...units(value),
    ...functions(value),
    ...keywords.flatMap(([pattern, slug]) => (pattern.test(value) ? [slug] : [])),
    ...urls.flatMap(imageFeatures),
  ]
}

function featuresOfProperty(property: string): string[] {
  if (property.startsWith('--')) return ['css-variables']
  const group = groups.find(([pattern]) => pattern.test(property))
  return [...new Set([`css-${property}`, ...(group ? [group[1]] : [])])]
}

/** Properties that caniemail has under the name of another. */
const groups: readonly (readonly [RegExp, string])[] = [
  [/^border-(start|end)-(start|end)-radius$/, 'css-border-radius-logical'],
  [/^border-(inline|block)-(color|style|width)$/, 'css-border-inline-block-longhand'],
  [/^border-(inline|block)-(start|end)/, 'css-border-inline-block-individual'],
  [/^border-(inline|block)$/, 'css-border-inline-block'],
  [/^border-(top|bottom)-(left|right)-radius$/, 'css-border-radius'],
  [/^border-((top|right|bottom|left)(-(width|style|color))?|width|style|color)$/, 'css-border'],
  [/^margin-(top|right|bottom|left)$/, 'css-margin'],
  [/^padding-(top|right|bottom|left)$/, 'css-padding'],
  [/^(block|inline)-size$/, 'css-block-inline-size'],
  [/^(left|right|top|bottom)$/, 'css-left-right-top-bottom'],
  [/^inset-/, 'css-inset'],
  [/^(row|column)-gap$/, 'css-gap'],
  [
    /^(columns|column-(count|fill|rule|rule-color|rule-style|rule-width|span|width))$/,
    'css-column-layout-properties',
  ],
  [/^grid-template/, 'css-grid-template'],
  [/^margin-(inline|block)$/, 'css-margin-inline-block'],
  [/^margin-block-/, 'css-margin-block-start-end'],
  [/^margin-inline-/, 'css-margin-inline-start-end'],
  [/^padding-(inline|block)$/, 'css-padding-inline-block'],
  [/^padding-block-/, 'css-padding-block-start-end'],
  [/^padding-inline-/, 'css-padding-inline-start-end'],
  [/^overflow-(x|y|block|inline)$/, 'css-overflow'],
  [/^transition-/, 'css-transition'],
  [/^animation-/, 'css-animation'],
  [/^scroll-snap-/, 'css-scroll-snap'],
]

/** Values of `display` that caniemail tested by themselves. */
function displayed(property: string, value: string): string[] {
  const [, kind] = /^(?:inline-)?(flex|grid|none)\b/.exec(value) ?? []
  return property === 'display' && kind ? [`css-display-${kind}`] : []
}

function units(value: string): string[] {
  const found = value.matchAll(/\d(%|ch|cm|em|ex|in|mm|pc|pt|px|rem|vh|vmax|vmin|vw)(?![a-z])/g)
  return [...new Set([...found].map(([, unit]) => unit!))].map(
    (unit) => `css-unit-${unit === '%' ? 'percent' : unit}`,
  )
}

const functionSlugs: Readonly<Record<string, string>> = {
  calc: 'css-unit-calc',
  clamp: 'css-function-clamp',
  max: 'css-function-max',
  min: 'css-function-min',
  'light-dark': 'css-function-light-dark',
  'conic-gradient': 'css-conic-gradient',
  'linear-gradient': 'css-linear-gradient',
  'radial-gradient': 'css-radial-gradient',
  rgb: 'css-rgb',
  rgba: 'css-rgba',
  lch: 'css-modern-color',
  oklch: 'css-modern-color',
  lab: 'css-modern-color',
  oklab: 'css-modern-color',
  var: 'css-variables',
}

function functions(value: string): string[] {
  return [...value.matchAll(/(?<![a-z-])([a-z-]+)\(/g)].flatMap(
    ([, name]) => functionSlugs[name!] ?? [],
  )
}

const keywords: readonly (readonly [RegExp, string])[] = [
  [/!\s*important$/, 'css-important'],
  [/^initial\b/, 'css-unit-initial'],
  [/\b(fit-content|min-content|max-content)\b/, 'css-intrinsic-size'],
  [/\b(system-ui|ui-(serif|sans-serif|rounded|monospace))\b/, 'css-sytem-ui'],
]

/** Of a selector or an at-rule. */
export function featuresOfPrelude({ text, depth }: Prelude): string[] {
  if (text.startsWith('@')) return featuresOfAtRule(text.toLowerCase())
  const plain = text.replace(/"[^"]*"|'[^']*'/g, '""').replace(/\[[^[\]]*\]/g, '[]')
  const selectors = selectorParts.flatMap(([pattern, slug]) => (pattern.test(plain) ? [slug] : []))
  return [...(depth > 0 ? ['css-nesting'] : []), ...selectors, ...pseudos(plain.toLowerCase())]
}

function featuresOfAtRule(text: string): string[] {
  const [, name = ''] = /^@(?:-\w+-)?([a-z-]+)/.exec(text) ?? []
  const media = name === 'media' ? mediaFeatures : []
  const found = media.flatMap((one) => (text.includes(`(${one}`) ? [one] : []))
  return [
    `css-at-${name}`,
    ...found.map((one) => `css-at-media-${one.replace(/^-webkit-|^any-/, '')}`),
  ]
}

const mediaFeatures = [
  '-webkit-device-pixel-ratio',
  'hover',
  'any-hover',
  'orientation',
  'prefers-color-scheme',
  'prefers-reduced-motion',
]

const selectorParts: readonly (readonly [RegExp, string])[] = [
  [/(^|[\s,>+~(])[a-z]/i, 'css-selector-type'],
  [/\./, 'css-selector-class'],
  [/\.[\w-]+\.[\w-]/, 'css-selector-chaining'],
  [/#/, 'css-selector-id'],
  [/\[\]/, 'css-selector-attribute'],
  [/\*/, 'css-selector-universal'],
  [/,/, 'css-selector-grouping'],
  [/>/, 'css-selector-child'],
  [/\+/, 'css-selector-adjacent-sibling'],
  [/~/, 'css-selector-general-sibling'],
  [/[\w\])*]\s+[\w.#[*:]/, 'css-selector-descendant'],
]

function pseudos(text: string): string[] {
  return [...text.matchAll(/(::?)([a-z-]+)/g)].map(([, colons, name]) =>
    colons === '::' || oldElements.has(name!)
      ? `css-pseudo-element-${name}`
      : `css-pseudo-class-${name}`,
  )
}

/** Pseudo-elements that may be written with one colon. */
const oldElements = new Set(['after', 'before', 'first-letter', 'first-line'])
