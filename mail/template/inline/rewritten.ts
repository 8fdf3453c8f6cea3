import type { Written } from '../tree.ts'
import type { Inlined } from './inlined.ts'
import type { Composed, Edit, Use } from './page.ts'

/** Takes a page that was put together apart again. What was not edited is the same text as before. */
export function takeApart({ top }: Pick<Composed, 'top'>, html: Written): Inlined {
  const partials = new Map<string, Written>()
  const named = new Map<string, string>()
  let content = html

  function rewrite(use: Use): Written {
    const edits = [...use.edits, ...use.inner.flatMap(renamed)]
    if (edits.length === 0) return use.written
    return { ...use.written, text: applied(use.written.text, edits) }
  }

  function renamed({ use, from, to }: Use['inner'][number]): Edit[] {
    const now = rewrite(use)
    if (use.name === undefined) content = now
    if (use.name === undefined || now === use.written) return []
    return [{ from, to, text: `[${nameFor(use.name, now)}]` }]
  }

  function nameFor(name: string, written: Written): string {
    const key = JSON.stringify([name, written.text])
    const known = named.get(key) ?? `${name}/${partials.size}`
    named.set(key, known)
    if (!partials.has(known)) partials.set(known, written)
    return known
  }

  const outer = rewrite(top)
  return top.written === html
    ? { html: outer, partials }
    : { html: content, layout: outer, partials }
}

function applied(text: string, edits: readonly Edit[]): string {
  let out = ''
  let from = 0
  for (const edit of edits.toSorted((one, other) => one.from - other.from)) {
    out += text.slice(from, edit.from) + edit.text
    from = edit.to
  }
  return out + text.slice(from)
}
