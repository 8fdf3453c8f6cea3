import { compile } from './compile.ts'
import { shelfOf, sourceOf, type Contents, type TextKind } from './contents.ts'
import { limits } from './limits.ts'
import { libraryFor } from './template.ts'
import { faultIn } from './template-fault.ts'

/** What is wrong with one of the texts. */
export interface TextFault {
  readonly locale: string
  readonly kind: TextKind
  /** Where it stands instead, if it is in what the locales share: `partials.button.html`. */
  readonly shared?: string
  readonly line: number
  readonly rule: string
}

/** Most of them that are told at once. */
const mostFaults = 20

/**
 * What cannot be compiled.
 *
 * @param pause called between texts, so that others get the thread
 */
export async function faultsIn(
  contents: Contents,
  pause: () => Promise<void>,
): Promise<readonly TextFault[]> {
  const source = sourceOf(contents, { name: '', version: '' })
  const shelf = shelfOf(contents)
  const excess = sharedExcess(contents)
  if (excess) return [excess]
  const faults = new Map<string, TextFault>()
  for (const [locale, { subject, html, text }] of Object.entries(source.locales))
    for (const [kind, written] of [
      ['subject', subject],
      ['html', html],
      ['text', text],
      ['html', source.layout?.html],
      ['text', source.layout?.text],
    ] as const) {
      const form = kind === 'html' ? kind : 'text'
      const library = () => libraryFor(source, { locale, shelf }, form)
      const fault = written && faultIn(() => compile(written, form, library()))
      if (fault) {
        const { where, line, rule } = fault
        const shared = where === kind ? undefined : where
        const told = { locale, kind, line, rule, ...(shared !== undefined && { shared }) }
        faults.set(JSON.stringify([shared ?? [locale, kind], line, rule]), told)
      }
      if (faults.size === mostFaults) return [...faults.values()]
      await pause()
    }
  return [...faults.values()]
}

/**
 * What locales share is compiled with each text: its tags count together, with the messages of a
 * locale, as those of one text.
 */
function sharedExcess({ layout, partials = {}, messages = {} }: Contents): TextFault | undefined {
  const pairs = [layout ?? {}, ...Object.values(partials)]
  const shared = pairs.flatMap(({ html = '', text = '' }) => [html, text])
  const spoken = [{}, ...Object.values(messages)].map((all) =>
    Object.values(all).flatMap((message) =>
      typeof message === 'string' ? message : Object.values(message),
    ),
  )
  const tags = tagCount(shared)
  if (!spoken.some((texts) => tags + tagCount(texts) > limits.tags)) return undefined
  const rule = `layout, partials and messages have more than ${limits.tags} tags together`
  return { locale: '', kind: 'html', shared: 'partials', line: 1, rule }
}

function tagCount(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.split('{{').length - 1, 0)
}
