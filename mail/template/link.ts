import type { Run, Spot } from './run.ts'
import { TemplateError } from './template-fault.ts'

/** A link begins in what is written. Its writer may say what it likes. */
export function beginLink(run: Run, written: string): void {
  run.link = beginningOf(written)
}

/**
 * Follows a link through the tags and texts that it is put together of, and so is its scheme.
 *
 * @throws TemplateError when there is a program behind it
 */
export function goOnWithLink(
  run: Run,
  text: string,
  { isHtml, ...spot }: Spot & { readonly isHtml: boolean },
): void {
  run.link = beginningOf(run.link + text)
  const rule = ruleBroken(run.link, isHtml)
  if (rule !== undefined) throw new TemplateError({ ...spot, rule })
}

/** Of a link what decides its scheme. Browsers skip blanks and control characters in it. */
function beginningOf(link: string): string {
  return link.replace(/[\x00-\x20\x7f-\x9f]/g, '').slice(0, mostOfScheme)
}

/** Characters; longer than any scheme that is unsafe. */
const mostOfScheme = 64

/** Browsers read entities in what is html. */
function ruleBroken(link: string, isHtml: boolean): string | undefined {
  const [scheme = ''] = /^[^/?#:]*/.exec(link) ?? []
  if (isHtml && scheme.includes('&')) return 'a link must not begin with an entity'
  const isUnsafe = link[scheme.length] === ':' && unsafe.has(scheme.toLowerCase())
  if (!isUnsafe || /^data:image\/(png|jpeg|gif|webp)[;,]/i.test(link)) return undefined
  return `a link must not begin with "${scheme.toLowerCase()}:"`
}

/** Schemes behind which stands a program, or a file of who reads. */
const unsafe = new Set(['javascript', 'vbscript', 'data', 'file', 'blob'])
