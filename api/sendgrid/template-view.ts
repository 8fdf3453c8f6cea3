import type { StoredTemplate, TemplateVersion } from '../../mail/ports/templates.ts'
import type { Contents } from '../../mail/template/contents.ts'
import { shortIdOf } from '../../mail/template/names.ts'
import { slotsOf } from '../../mail/template/slots.ts'
import { currentOf } from '../../mail/template/stored.ts'

/** A template with its versions; what these say is only told of one whose contents are given. */
export function templateView(template: StoredTemplate, active?: Contents) {
  const current = currentOf(template)
  const versions = slotsOf(template).map((version) => ({
    ...versionSummary(template, version),
    ...(active && version.number === current?.number && words(active)),
  }))
  return {
    id: shortIdOf(template.id),
    name: template.name,
    generation: 'dynamic' as const,
    updated_at: spaced(template.updatedAt),
    versions: versions.toReversed(),
  }
}

export function versionView(
  template: StoredTemplate,
  version: TemplateVersion,
  contents: Contents,
) {
  return { ...versionSummary(template, version), ...words(contents) }
}

function versionSummary(
  template: StoredTemplate,
  { id, number, name, createdAt }: TemplateVersion,
) {
  return {
    id,
    template_id: shortIdOf(template.id),
    active: number === template.current ? 1 : 0,
    name,
    generate_plain_content: true,
    editor: 'code' as const,
    updated_at: spaced(createdAt),
  }
}

/** As SendGrid writes a time: without a zone, which is UTC. */
function spaced(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ')
}

function words({ defaultLocale, locales, samples }: Contents) {
  const { subject = '', html = '', text } = locales[defaultLocale] ?? {}
  return {
    subject,
    html_content: html,
    plain_content: text ?? '',
    generate_plain_content: text === undefined,
    test_data: JSON.stringify(samples),
  }
}
