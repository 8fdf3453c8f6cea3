import type { Tag } from './html-scan.ts'
import { imageFeatures } from './image-features.ts'

/** Which features of caniemail a tag and its attributes use, by their names there. */
export function featuresOfTag({ name, attributes }: Tag): string[] {
  return [
    tags[name] ?? (attributeNames.has(name) ? '' : `html-${name}`),
    ...Object.keys(attributes).flatMap(featuresOfAttribute),
    ...(special[name]?.(attributes) ?? []),
    ...picturesIn(attributes).flatMap(imageFeatures),
  ].filter((slug) => slug !== '')
}

const semantics =
  'article aside details figcaption figure footer header main mark nav section summary time'

/** Elements that caniemail has under another name. */
const tags: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((name) => [name, 'html-h1-h6'])),
  ...Object.fromEntries(['ul', 'ol', 'dl'].map((name) => [name, 'html-lists'])),
  ...Object.fromEntries(semantics.split(' ').map((name) => [name, 'html-semantics'])),
  map: 'html-image-maps',
}

function featuresOfAttribute(name: string): string[] {
  if (name === 'srcset' || name === 'sizes') return ['html-srcset']
  if (name === 'inert') return ['css-inert-attribute']
  if (name === 'loading') return ['html-loading-attribute']
  if (name === 'amp4email' || name === '⚡4email') return ['amp']
  return attributeNames.has(name) ? [`html-${name}`] : []
}

const attributeNames: ReadonlySet<string> = new Set(
  `align aria-describedby aria-hidden aria-label aria-labelledby aria-live background cellpadding
   cellspacing dir height hidden lang popover required role target valign width`.split(/\s+/),
)

type Attributes = Tag['attributes']

/** Elements for which an attribute decides. */
const special: Readonly<Record<string, (attributes: Attributes) => string[]>> = {
  a: ({ href = '' }) => [
    ...(/^\s*#/.test(href) ? ['html-anchor-links'] : []),
    ...(/^\s*mailto:/i.test(href) ? ['html-mailto-links'] : []),
  ],
  button: ({ type = 'submit' }) => [`html-button-${type.toLowerCase()}`],
  input: ({ type = 'text' }) => [`html-input-${type.toLowerCase()}`],
  meta: ({ name = '' }) =>
    name.toLowerCase() === 'color-scheme' ? ['html-meta-color-scheme'] : [],
}

function picturesIn({ src = '', srcset = '', background = '' }: Attributes): string[] {
  const several = srcset.split(',').map((one) => one.trim().split(/\s/, 1)[0]!)
  return [src, background, ...several].filter((url) => url !== '')
}
