import type { TemplateSummary } from '../data/answers.ts'

/** Whether emails can be made from a template, in a word or two. */
export function Standing({ of }: { readonly of: TemplateSummary }) {
  if (of.status === 'draft') return <span class="state quiet">Draft</span>
  return of.has_unpublished ? (
    <span class="state warn">Edited since</span>
  ) : (
    <span class="state good">{of.source === 'file' ? 'File' : 'Published'}</span>
  )
}
