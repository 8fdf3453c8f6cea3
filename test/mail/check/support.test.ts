import { describe, expect, it } from 'vitest'
import { checkContent } from '../../../mail/check/check.ts'
import { loadSupport } from '../../../mail/check/support.ts'

const clients = ['Gmail Webmail', 'Outlook Windows', 'Apple Mail iOS', 'Yahoo! Mail Webmail']

/** As https://www.caniemail.com/features/<slug>/ shows the latest version of each on 2026-05-13. */
const published = [
  ['css-display-flex', '<p style="display:flex">', 'yes no yes yes'],
  ['css-display-grid', '<p style="display: GRID">', 'yes no yes yes'],
  ['css-gap', '<p style="column-gap:1px">', 'partial no yes no'],
  ['css-border-radius', '<p style="border-top-left-radius:1px">', 'yes no yes partial'],
  ['css-box-shadow', '<style>p { box-shadow: 0 0 1px }</style>', 'no no yes no'],
  ['css-background-image', '<style>p{background-image:url(a)}</style>', 'yes no yes partial'],
  ['css-at-font-face', '<style>@font-face { src: url(a) }</style>', 'no partial yes no'],
  ['css-at-media', '<style>@media print { p { color: red } }</style>', 'partial no yes partial'],
  [
    'css-at-media-prefers-color-scheme',
    '<style>@media screen and (prefers-color-scheme: dark) {}</style>',
    'no no yes no',
  ],
  ['css-variables', '<p style="color:var(--main)">', 'no no yes no'],
  ['css-unit-calc', '<p style="width:calc(1px + 2em)">', 'yes no yes no'],
  ['css-position', '<p style="position:absolute">', 'no no partial partial'],
  ['css-float', '<p style="float:left">', 'yes no yes partial'],
  ['css-margin', '<p style="margin-left:1px">', 'partial partial yes partial'],
  ['css-linear-gradient', '<p style="background:linear-gradient(red, blue)">', 'yes no yes no'],
  ['css-pseudo-class-hover', '<style>a.b:hover { color: red }</style>', 'yes no yes yes'],
  ['html-style', '<style>p { color: red }</style>', 'partial partial yes yes'],
  ['html-video', '<video src="https://a.test/a.mp4"></video>', 'no no partial no'],
  ['html-svg', '<svg></svg>', 'no no yes no'],
  ['html-picture', '<picture></picture>', 'no no yes no'],
  ['image-webp', '<img alt="" src="https://a.test/a.webp?b">', 'partial no yes yes'],
  ['image-base64', '<img alt="" src="data:image/png;base64,AAAA">', 'no partial yes yes'],
  ['css-animation', '<p style="animation: a 1s">', 'no no yes no'],
  ['css-object-fit', '<img alt="" src="a" style="object-fit:cover">', 'yes no yes no'],
] as const

describe('the support of a feature by mail clients', () => {
  it.each(published)('is as caniemail publishes it: %s', async (slug, html, verdicts) => {
    const { support } = await checkContent({ html })
    const use = support.features.find((one) => one.slug === slug)
    const verdictOf = (name: string) =>
      use?.results.find(({ client }) => client.name === name)?.support
    expect(clients.map(verdictOf).join(' ')).toBe(verdicts)
  })

  it('is found by every name of caniemail that html or css can have', async () => {
    const { features } = await loadSupport()
    const { support } = await checkContent({ html: everything })
    const found = support.features.map(({ slug }) => slug)
    const missed = Object.keys(features).filter((slug) => !found.includes(slug))
    // What is in the header of an email, or said by no element.
    expect(missed).toEqual(['bimi'])
  })

  it('is told where it is missing, in one sentence, with the clients and every place', async () => {
    const html = '<p>\n  <b style="gap:1px">\n</p><i style="row-gap:2px"></i>'
    const { findings } = await checkContent({ html })
    expect(findings.find(({ rule }) => rule === 'support.css-gap')).toMatchObject({
      severity: 'warning',
      text: 'gap, column-gap, row-gap: not supported by Gmail Mobile Webmail, Outlook Windows, Yahoo! Mail Android and 10 more, only in part by Gmail Android, Gmail Webmail, Gmail iOS and 5 more.',
      line: 2,
      column: 3,
      also: [{ line: 3, column: 5 }],
      count: 2,
      clients: expect.arrayContaining(['Outlook Windows', 'Gmail Webmail']) as unknown,
    })
  })

  it('finds the place of css in a style sheet', async () => {
    const html = '<style>\np { color: red;\n   gap: 1px }</style>'
    const { findings } = await checkContent({ html })
    const gap = findings.find(({ rule }) => rule === 'support.css-gap')
    expect(gap).toMatchObject({ line: 3, column: 4, count: 1 })
  })

  it('says nothing of what the other rules ask for', async () => {
    const html = '<html lang="en" dir="ltr"><table role="presentation"></table></html>'
    const { findings, support } = await checkContent({ html })
    expect(support.features.map(({ slug }) => slug)).toContain('html-lang')
    expect(findings.filter(({ rule }) => /support.html-(lang|dir|role)/.test(rule))).toEqual([])
  })

  it('finds nothing in what every client supports', async () => {
    const { findings } = await checkContent({ html: '<b>Hello</b>', text: 'Hello' })
    expect(findings.filter(({ rule }) => rule.startsWith('support.'))).toEqual([])
  })
})

const properties = `accent-color align-items animation aspect-ratio backdrop-filter
  background-blend-mode background-clip background-color background-image background-origin
  background-position background-repeat background-size background inline-size border-collapse
  border-image border-inline-start border-inline-color border-inline border-start-start-radius
  border-radius border-spacing border box-shadow box-sizing caption-side clear clip-path
  color-scheme column-count column-width cursor direction display empty-cells filter flex-direction
  flex-wrap float font-kerning font-size-adjust font-size font-stretch font-weight font gap
  grid-template height hyphenate-character hyphenate-limit-chars hyphens inset justify-content left
  letter-spacing line-height list-style-image list-style-position list-style-type list-style
  margin-block-start margin-inline margin-inline-start margin mask-image max-block-size max-height
  max-inline-size max-width min-block-size min-height min-inline-size min-width mix-blend-mode
  object-fit object-position opacity orphans outline-offset outline overflow-wrap overflow
  padding-block-start padding-inline padding-inline-start padding position resize scroll-snap
  scroll-snap-type shape-margin shape-outside tab-size table-layout text-align-last text-align
  text-decoration-color text-decoration-line text-decoration-skip-ink text-decoration-style
  text-decoration-thickness text-decoration text-emphasis-position text-emphasis text-indent
  text-justify text-orientation text-overflow text-shadow text-transform text-underline-offset
  text-underline-position text-wrap transform transition user-select vertical-align visibility
  white-space-collapse white-space widows width word-break word-spacing word-wrap writing-mode
  z-index block-size`.split(/\s+/)

const units = 'ch cm em ex in mm pc % pt px rem vh vmax vmin vw'.split(' ')

const values = `display:flex; display:grid; display:none; color: rgb(1,2,3) !important; --a: 1px;
  color: rgba(1,2,3,.5); width: clamp(1px,2px,3px); color: light-dark(red,blue); width: max(1px);
  width: min(1px); width: fit-content; color: oklch(1 2 3); font-family: system-ui; width: calc(1px);
  color: initial; background: conic-gradient(red); background: radial-gradient(red);
  background: linear-gradient(red)`

const pseudos = `:active :checked :default :first-child :first-of-type :focus-visible :focus-within
  :focus :has(b) :hover :lang(de) :last-child :last-of-type :link :not(b) :nth-child(1)
  :nth-last-child(1) :nth-last-of-type(1) :nth-of-type(1) :only-child :only-of-type :target :visited
  ::after ::before ::first-letter ::first-line ::marker ::placeholder`.split(/\s+/)

const elements =
  `abbr acronym address audio base bdi blockquote body code del dfn dialog div form h1
  hr map img link ul main marquee meter object p picture pre progress rp rt ruby select small span
  strike strong style svg table textarea video wbr`.split(/\s+/)

const attributes = `align aria-describedby aria-hidden aria-label aria-labelledby aria-live
  background cellpadding cellspacing dir height hidden lang loading popover required role srcset
  target valign width`.split(/\s+/)

const pictures = 'apng avif bmp gif hdr heif ico jpg mp4 png svg tiff webp'.split(' ')

const everything = `<!DOCTYPE html><html amp4email><!-- a comment -->
  <meta name="color-scheme" content="light"><style>
  /* a comment */ @font-face {} @import "a"; @keyframes a {} @supports (a) {} @media print {}
  @media (-webkit-device-pixel-ratio: 2) {} @media (hover: none) {} @media (orientation: portrait) {}
  @media (prefers-color-scheme: dark) {} @media (prefers-reduced-motion) {}
  ${properties.map((name) => `a { ${name}: 1px }`).join('\n')}
  ${units.map((unit) => `a { width: 1${unit} }`).join('\n')}
  ${pseudos.map((name) => `a${name} { ${values} }`).join('\n')}
  a + b, a > b, a ~ b, a b, .c.d, #e, *, a[href] { color: red; & i { color: red } }
  </style>
  ${elements.map((name) => `<${name} ${attributes.map((one) => `${one}="1"`).join(' ')}></${name}>`).join('\n')}
  <button type="reset"></button><button></button><a href="#a"></a><a href="mailto:a@b.test"></a>
  <p inert></p>
  ${['checkbox', 'hidden', 'radio', 'reset', 'submit', 'text'].map((type) => `<input type="${type}">`).join('')}
  ${pictures.map((type) => `<img alt="" src="https://a.test/a.${type}">`).join('')}
  <img alt="" src="data:image/png;base64,AA"></html>`
