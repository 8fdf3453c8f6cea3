import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'
import { words, type Language, type Words } from './words.ts'

const style = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:light-dark(#f6f6f4,#161618);color:light-dark(#1c1c1e,#ececf0)}
main{max-width:28rem;margin:1rem;padding:2rem;border-radius:12px;background:light-dark(#fff,#232326)}
h1{margin:0 0 .5rem;font-size:1.4rem}p{margin:0 0 1.25rem;overflow-wrap:anywhere}
button{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:8px;cursor:pointer;background:light-dark(#1a56c4,#8ab4ff);color:light-dark(#fff,#10131a)}
button:focus-visible{outline:3px solid currentColor;outline-offset:2px}`

/** What a person sees: a question with a button, or that it is done, or that it is no link of ours. */
export type Shown =
  | { readonly kind: 'ask' | 'done'; readonly address: string; readonly list?: string }
  | { readonly kind: 'invalid' }

/** A page without scripts, in a person's language and light or dark as the browser is. */
export function unsubscribePage(language: Language, shown: Shown) {
  const said: Words = words[language]
  return html`<!doctype html>
    <html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="robots" content="noindex" />
        <title>${said.title}</title>
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        <main>${contentOf(said, shown)}</main>
      </body>
    </html>`
}

/** The answers' own rule of what a page may do: nothing but be looked at, and send its form here. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

function contentOf(said: Words, shown: Shown) {
  if (shown.kind === 'invalid') return told(said.invalid, html`${said.invalidMore}`)
  const { address, list } = shown
  if (shown.kind === 'done') return told(said.done, filled(said.doneMore, { address }))
  const question = list === undefined ? said.askPlainly : said.ask
  return html`<h1>${said.title}</h1>
    <p>${filled(question, { address, list })}</p>
    <form method="post">
      <input type="hidden" name="List-Unsubscribe" value="One-Click" />
      <button>${said.button}</button>
    </form>`
}

function told(title: string, more: Piece) {
  return html`<h1>${title}</h1>
    <p>${more}</p>`
}

type Piece = ReturnType<typeof html>

/** An address keeps its direction within text of the other. */
function filled(text: string, values: Readonly<Record<string, string | undefined>>): Piece {
  const parts = text.split(/\{(\w+)\}/)
  return html`${parts.map((part, place) =>
    place % 2 === 0 ? part : html`<bdi>${values[part] ?? ''}</bdi>`,
  )}`
}
