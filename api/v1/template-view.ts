import type { TemplateVersion } from '../../mail/ports/templates.ts'
import type { Contents } from '../../mail/template/contents.ts'
import { currentOf, hasUnpublished } from '../../mail/template/stored.ts'
import { notFound } from '../http/errors.ts'
import type { TemplateDetail, TemplateSummary, TemplateVersionItem } from '../openapi/answers.ts'
import type { Managed } from '../templates/managed.ts'
import { iso, isoOrNull } from './email-view.ts'
import { wishOf } from './template-body.ts'

export function templateSummary(managed: Managed): TemplateSummary {
  const { template, file } = managed
  const { id, project, alias = null, name, revision, createdAt, updatedAt } = template
  const current = currentOf(template)
  const texts = template.draft ?? current?.texts
  return {
    id,
    project: file ? null : project,
    alias,
    name,
    source: file ? 'file' : 'api',
    status: current ? 'published' : 'draft',
    revision,
    version: current ? versionName(managed, current) : null,
    has_unpublished: hasUnpublished(template),
    default_locale: texts?.defaultLocale ?? null,
    locales: texts?.locales ?? [],
    created_at: file ? null : iso(createdAt),
    updated_at: file ? null : iso(updatedAt),
    published_at: file ? null : isoOrNull(template.publishedAt),
  }
}

export function templateDetail(managed: Managed, contents: Contents | undefined): TemplateDetail {
  const inWords = contents && (wishOf(contents) as TemplateDetail['contents'])
  return { ...templateSummary(managed), contents: inWords ?? null }
}

export function versionItem(managed: Managed, version: TemplateVersion): TemplateVersionItem {
  const { id, name, createdAt, texts } = version
  return {
    version: versionName(managed, version),
    id,
    name,
    is_current: version === currentOf(managed.template),
    default_locale: texts.defaultLocale,
    locales: texts.locales,
    created_at: managed.file ? null : iso(createdAt),
  }
}

/** @throws Refusal 404 when the template has no version of this name */
export function findVersion(managed: Managed, name: string): TemplateVersion {
  const { versions } = managed.template
  const found = versions.find((version) => versionName(managed, version) === name)
  if (!found) throw notFound('Version')
  return found
}

function versionName({ file }: Managed, { number, name }: TemplateVersion): string {
  return file ? name : String(number)
}
