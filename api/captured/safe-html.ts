import { Parser } from 'htmlparser2'
import { contentIdIn } from '../../mail/email/content-id.ts'

interface SafeHtmlOptions {
  /** The address of a picture that is referred to as `cid:`. */
  readonly pictureOf: (contentId: string) => string | undefined
  /** Whether remote pictures are fetched, which tells their owner that the email was opened. */
  readonly remotePictures: boolean
}

/**
 * Captured HTML as a whole document to look at, rebuilt from what is known to be harmless: tags
 * and attributes that only say how something looks. The policy it is served with forbids the rest
 * once more. Links lead nowhere, because a click must not take the reader away from the console;
 * where they would lead shows when the pointer rests on them.
 */
export function safeHtml(html: string, options: SafeHtmlOptions): string {
  const out: string[] = [head]
  let depth = 0
  // Inside of how many elements that are left out with all that is in them.
  let hidden = 0
  let style = false
  let steps = 0
  const parser = new Parser({
    onopentag(name, attributes) {
      depth += 1
      steps += 1
      if (leftOut.has(name)) hidden += 1
      if (hidden > 0 || !shown.has(name)) return
      style = name === 'style'
      out.push(`<${name}${attributesOf(name, attributes, options)}>`)
    },
    onattribute() {
      steps += 1
    },
    ontext(text) {
      steps += 1
      if (hidden === 0) out.push(style ? text.replaceAll('<', '\\3c ') : escape(text))
    },
    onclosetag(name) {
      depth -= 1
      if (hidden === 0 && shown.has(name) && !empty.has(name)) out.push(`</${name}>`)
      if (leftOut.has(name)) hidden -= 1
      style = false
    },
  })
  let at = 0
  for (; at < html.length && depth < deepest && steps < mostSteps; at += piece)
    parser.write(html.slice(at, at + piece))
  parser.end()
  if (at < html.length) out.push(cutOff)
  return out.join('')
}

/**
 * Elements inside each other, after which reading ends at the latest a piece later, in characters:
 * htmlparser2 10.1 takes time by the square of the depth.
 */
const deepest = 1_000
const piece = 20_000

/** Tags, attributes and texts, after which reading ends: a quarter of a second. */
const mostSteps = 150_000

const cutOff = '<p>… The rest is too much to show: it is in the source.</p>'

const head =
  '<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Captured email</title></head>'

const words = (text: string) => new Set(text.trim().split(/\s+/))

/** Elements that are shown; of all others only what is inside. */
const shown = words(`
  html head body style a abbr address article aside b bdi bdo big blockquote br caption center cite
  code col colgroup dd del details dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5
  h6 header hr i img ins kbd li main mark menu nav ol p pre q s samp section small span strike
  strong sub summary sup table tbody td tfoot th thead tr tt u ul var wbr`)

const empty = words('br col hr img wbr')

/** Elements whose inside is for programs, or for another kind of document. */
const leftOut = words(`
  applet audio canvas datalist embed frame frameset iframe math noembed noframes noscript object
  plaintext script select svg template textarea title video xmp`)

/** Attributes that say how something looks or reads, on whatever element. */
const harmless = words(`
  abbr align alt axis bgcolor border cellpadding cellspacing char cite class clear color cols colspan
  compact dir face headers height hspace id lang noshade nowrap open reversed role rows rowspan rules
  scope size span start style summary title type valign value vspace width`)

function attributesOf(
  name: string,
  attributes: Readonly<Record<string, string>>,
  options: SafeHtmlOptions,
): string {
  const kept = Object.entries(attributes).filter(([key]) => harmless.has(key))
  const own: [string, string][] = []
  if (name === 'a' && attributes['href']) own.push(['title', attributes['href'].trim()])
  const picture = name === 'img' && pictureFrom(attributes['src'] ?? '', options)
  if (picture) own.push(['src', picture])
  return Object.entries(Object.fromEntries([...kept, ...own]))
    .map(([key, value]) => ` ${key}="${escape(value)}"`)
    .join('')
}

function pictureFrom(source: string, options: SafeHtmlOptions): string | undefined {
  const [, scheme, rest = ''] = /^\s*(cid|data|https?):(.*)$/is.exec(source) ?? []
  switch (scheme?.toLowerCase()) {
    case 'cid':
      return options.pictureOf(contentIdIn(rest.trim()))
    case 'data':
      return /^image\/(png|jpeg|gif|webp)[;,]/i.test(rest) ? source.trim() : undefined
    default:
      return scheme && options.remotePictures ? source.trim() : undefined
  }
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
