import { newId } from '../email/id.ts'
import type { Blobs } from '../ports/blobs.ts'
import type { Clock } from '../ports/clock.ts'
import type { KeptTexts, StoredTemplate, Templates, TemplateVersion } from '../ports/templates.ts'
import type { Contents } from './contents.ts'
import { dropTexts, keepTexts } from './texts.ts'

/** What is done with templates that are kept by the API. */

export interface TemplateStores {
  readonly templates: Templates
  readonly blobs: Blobs
  readonly clock: Pick<Clock, 'now'>
}

/** The template as it is now; or `stale` where another writer came first, `taken`: its alias. */
export type Rewritten = StoredTemplate | 'stale' | 'taken'

export interface NewTemplate {
  readonly project: string
  readonly name: string
  readonly alias?: string
  readonly contents?: Contents
}

export async function createTemplate(
  stores: TemplateStores,
  { contents, ...said }: NewTemplate,
): Promise<StoredTemplate | 'taken'> {
  const now = stores.clock.now()
  const id = newId(now)
  const draft = contents && (await keepTexts(stores, id, contents))
  const times = { createdAt: now, updatedAt: now }
  const template = { id, ...said, ...times, revision: 1, draft, versions: [], lastNumber: 0 }
  if ((await stores.templates.create(template)) === 'written') return template
  await dropTexts(stores, template)
  return 'taken'
}

/** Changes it from what it was when it was read. What it no longer names is removed. */
export async function rewrite(
  stores: TemplateStores,
  before: StoredTemplate,
  change: Partial<StoredTemplate>,
): Promise<Rewritten> {
  const next = {
    ...before,
    ...change,
    revision: before.revision + 1,
    updatedAt: stores.clock.now(),
  }
  const outcome = await stores.templates.replace(next)
  if (outcome !== 'written') {
    await dropTexts(stores, next, before)
    return outcome
  }
  await dropTexts(stores, before, next)
  return next
}

export interface DraftChange {
  readonly name?: string
  readonly alias?: string
  readonly contents?: Contents
}

export async function saveDraft(
  stores: TemplateStores,
  template: StoredTemplate,
  { contents, ...said }: DraftChange,
): Promise<Rewritten> {
  const draft = contents && (await keepTexts(stores, template.id, contents))
  return rewrite(stores, template, { ...said, ...(draft && { draft }) })
}

/** Most versions that are kept: then the oldest goes that no email is made from. */
export const mostVersions = 300

/** Makes the draft the version that emails are made from. Nothing to do where it is that already. */
export async function publish(
  stores: TemplateStores,
  template: StoredTemplate,
  name?: string,
): Promise<Rewritten | 'empty'> {
  const { draft } = template
  if (!draft) return 'empty'
  if (currentOf(template)?.texts.hash === draft.hash) return template
  const now = stores.clock.now()
  return rewrite(stores, template, inForce(withVersion(template, { texts: draft, name, now }), now))
}

/** What a new version is made of. */
export interface VersionParts {
  readonly texts: KeptTexts
  readonly now: number
  /** Of an older one that it takes the place of. */
  readonly id?: string
  readonly name?: string
}

/** With one version more, which is not yet the one that emails are made from. */
export function withVersion(
  template: StoredTemplate,
  { texts, now, id = newId(now), name }: VersionParts,
): StoredTemplate {
  const number = template.lastNumber + 1
  const version = { id, number, name: name ?? `Version ${number}`, createdAt: now, texts }
  const versions = [...template.versions, version]
  const oldest = versions.findIndex((one) => one.number !== template.current)
  return {
    ...template,
    versions: versions.length > mostVersions ? versions.toSpliced(oldest, 1) : versions,
    lastNumber: number,
  }
}

/** With its newest version as the one that emails are made from. */
export function inForce(template: StoredTemplate, now: number): StoredTemplate {
  return { ...template, current: template.lastNumber, publishedAt: now }
}

/** Makes an older version the draft. */
export function restore(
  stores: TemplateStores,
  template: StoredTemplate,
  { texts }: TemplateVersion,
): Promise<Rewritten> {
  return rewrite(stores, template, { draft: texts })
}

/** Says whether it was there; another writer's change of the last moment goes too. */
export async function removeTemplate(
  stores: TemplateStores,
  { id, project }: StoredTemplate,
): Promise<boolean> {
  for (;;) {
    const template = await stores.templates.get(id, project)
    if (!template) return false
    if (!(await stores.templates.remove(template))) continue
    await dropTexts(stores, template)
    return true
  }
}

/** The version that emails are made from. */
export function currentOf(template: StoredTemplate): TemplateVersion | undefined {
  const { versions, current } = template
  return versions.find(({ number }) => number === current)
}

/** Whether what is edited is not what emails are made from. */
export function hasUnpublished(template: StoredTemplate): boolean {
  const { draft } = template
  return draft !== undefined && draft.hash !== currentOf(template)?.texts.hash
}
