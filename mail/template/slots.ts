import type { StoredTemplate, TemplateVersion } from '../ports/templates.ts'
import { inForce, withVersion, type VersionParts } from './stored.ts'

/**
 * SendGrid's versions, which can be changed: each change makes a version of its own with the same id,
 * so that what was published stays what it was.
 */

/** The newest version of each id, oldest id first. */
export function slotsOf({ versions }: StoredTemplate): TemplateVersion[] {
  return [...new Map(versions.map((version) => [version.id, version])).values()]
}

export function slotOf(template: StoredTemplate, id: string): TemplateVersion | undefined {
  return template.versions.findLast((version) => version.id === id)
}

/** With a version that emails are made from if it is to be, or the first. */
export function withSlot(
  template: StoredTemplate,
  parts: VersionParts,
  isActive: boolean,
): StoredTemplate {
  const next = { ...withVersion(template, parts), draft: parts.texts }
  const isFirst = template.current === undefined
  return isActive || isFirst ? inForce(next, parts.now) : next
}

/** With this version as the one that emails are made from. */
export function activated(
  template: StoredTemplate,
  { number, texts }: TemplateVersion,
  now: number,
): StoredTemplate {
  return { ...template, current: number, publishedAt: now, draft: texts }
}

/** Without a version. Where emails were made from it, they no longer can be. */
export function withoutSlot(template: StoredTemplate, id: string): StoredTemplate {
  const versions = template.versions.filter((version) => version.id !== id)
  if (versions.some(({ number }) => number === template.current)) return { ...template, versions }
  const { current: _, publishedAt: __, ...rest } = template
  return { ...rest, versions }
}
