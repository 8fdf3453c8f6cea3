import { derivedId } from '../../mail/email/derived-id.ts'
import type { StoredTemplate } from '../../mail/ports/templates.ts'
import type { Contents } from '../../mail/template/contents.ts'
import { currentOf, hasUnpublished } from '../../mail/template/stored.ts'
import type { Variable } from '../../mail/template/variables.ts'

export function templateItem(template: StoredTemplate) {
  const { id, name, alias, createdAt, updatedAt, publishedAt } = template
  return {
    id,
    name,
    status: currentOf(template) ? 'published' : 'draft',
    published_at: publishedAt === undefined ? null : iso(publishedAt),
    created_at: iso(createdAt),
    updated_at: iso(updatedAt),
    alias: alias ?? null,
  }
}

/** With what it says in its default locale: Resend knows no other. */
export function templateObject(template: StoredTemplate, contents: Contents | undefined) {
  const { subject, html, text } = contents?.locales[contents.defaultLocale] ?? {}
  const variables = contents?.variables ?? []
  return {
    object: 'template',
    ...templateItem(template),
    current_version_id: currentOf(template)?.id ?? null,
    from: contents?.from ?? null,
    subject: subject ?? null,
    reply_to: contents?.replyTo ?? null,
    html: html ?? '',
    text: text ?? null,
    variables: variables.length === 0 ? null : variables.map((one) => variableItem(one, template)),
    has_unpublished_versions: hasUnpublished(template),
  }
}

function variableItem({ key, type, fallback }: Variable, template: StoredTemplate) {
  return {
    id: derivedId('variable', template.id, key),
    key,
    type,
    fallback_value: fallback ?? null,
    created_at: iso(template.createdAt),
    updated_at: iso(template.updatedAt),
  }
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
