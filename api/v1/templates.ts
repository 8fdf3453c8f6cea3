import { setImmediate as giveWay } from 'node:timers/promises'
import { Hono, type Context } from 'hono'
import * as z from 'zod'
import type { Postern } from '../../mail/ports/postern.ts'
import type { StoredTemplate } from '../../mail/ports/templates.ts'
import type { Contents } from '../../mail/template/contents.ts'
import type { TextFault } from '../../mail/template/contents-faults.ts'
import type { Template } from '../../mail/template/template.ts'
import {
  publish,
  removeTemplate,
  restore,
  saveDraft,
  type Rewritten,
} from '../../mail/template/stored.ts'
import type { ApiEnv } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import { invalid, notFound, Refusal } from '../http/errors.ts'
import { pageInOrder, parameter, readPageQuery } from '../http/page-query.ts'
import { alias, aliasTaken, mostTemplateBytes, templateName } from '../templates/fields.ts'
import type { TemplateLibrary } from '../templates/find.ts'
import { addTemplate, compiled, duplicate, isOfFile } from '../templates/edit.ts'
import {
  contentsIn,
  findManaged,
  findStored,
  listManaged,
  type Managed,
} from '../templates/managed.ts'
import { readBody } from './refusals.ts'
import {
  contentsFrom,
  faultIn,
  previewWish,
  templateBody,
  templateChange,
  validateWish,
  versionName,
  wishOf,
} from './template-body.ts'
import { answerPreview, previewWishIn } from './template-html.ts'
import { nothingShown, previewOf } from './template-preview.ts'
import { findVersion, templateDetail, templateSummary, versionItem } from './template-view.ts'

/** `/v1/templates`: templates in all their locales, their versions, and what they look like. */
export function v1Templates(postern: Postern, library: TemplateLibrary): Hono<ApiEnv> {
  const managing = { ...postern, library }

  const find = (c: Context<ApiEnv>) => findManaged(managing, idOf(c), c.var.caller)

  /** One that may be changed, as the caller knows it. @throws Refusal 409 when it has changed */
  async function findToChange(c: Context<ApiEnv>, revision?: number): Promise<StoredTemplate> {
    const template = await findStored(managing, idOf(c), c.var.caller)
    if (revision !== undefined && revision !== template.revision) throw stale
    return template
  }

  function changed(result: Rewritten): Managed {
    if (result === 'stale') throw stale
    if (result === 'taken') throw taken
    library.changed()
    return { template: result }
  }

  return new Hono<ApiEnv>()
    .get('/templates', async (c) => {
      const query = { ...readPageQuery(c), scope: c.var.caller.scope }
      const { data, hasMore } = await listManaged(managing, query)
      return c.json({ data: data.map(templateSummary), has_more: hasMore })
    })
    .post('/templates', async (c) => {
      const wish = readBody(templateBody, await readTemplate(c))
      const name = wish.name ?? wish.alias
      if (name == null) throw invalid([{ path: 'name', rule: 'a name or an alias is needed' }])
      const contents = await compiled(contentsFrom(wish), refuseTexts)
      const { project } = c.var.caller
      const given = { project, name, alias: wish.alias ?? undefined, contents }
      return c.json(templateSummary(changed(await addTemplate(managing, given))), 201)
    })
    .post('/templates/validate', async (c) => {
      const { template, ...showing } = readBody(validateWish, await readTemplate(c))
      const contents = contentsFrom(template)
      const { faultsIn } = await import('../../mail/template/contents-faults.ts')
      const faults = await faultsIn(contents, giveWay)
      if (faults.length === 0)
        return c.json(await previewOf(await openedContents(contents), showing))
      const told = faults.map((one) => ({ ...faultIn(one), line: one.line, rule: one.rule }))
      return c.json({ ...nothingShown, locale: contents.defaultLocale, faults: told })
    })
    .get('/templates/:id', async (c) => {
      const managed = await find(c)
      const wanted = c.req.query('version')
      if (wanted === '') throw parameter('version', 'a version of the template is needed')
      const version = wanted === undefined ? undefined : findVersion(managed, wanted)
      return c.json(templateDetail(managed, await contentsIn(managing, managed, version)))
    })
    .patch('/templates/:id', async (c) => {
      const body = await readTemplate(c)
      const { revision, name, alias: renamed, ...texts } = readBody(templateChange, body)
      const template = await findToChange(c, revision)
      const isRenamed = renamed != null && renamed !== template.alias
      if (isRenamed && (await isOfFile(managing, renamed))) throw taken
      const change = {
        ...(name !== undefined && { name }),
        ...(renamed !== undefined && { alias: renamed ?? undefined }),
      }
      const isEdited = Object.values(texts).some((value) => value !== undefined)
      const contents = isEdited && (await edited(template, texts))
      const saved = await saveDraft(managing, template, {
        ...change,
        ...(contents && { contents }),
      })
      return c.json(templateSummary(changed(saved)))
    })
    .delete('/templates/:id', async (c) => {
      const template = await findToChange(c)
      if (!(await removeTemplate(managing, template))) throw notFound('Template')
      library.changed()
      return c.json({ id: template.id, deleted: true })
    })
    .post('/templates/:id/publish', async (c) => {
      const { revision, name } = readBody(publishWish, await readJsonObject(c.req.raw))
      const template = await findToChange(c, revision)
      const published = await publish(managing, template, name)
      if (published === 'empty') throw new Refusal(409, 'conflict', 'There is nothing to publish.')
      return c.json(templateSummary(changed(published)))
    })
    .post('/templates/:id/restore', async (c) => {
      const { revision, version } = readBody(restoreWish, await readJsonObject(c.req.raw))
      const template = await findToChange(c, revision)
      const older = findVersion({ template }, version)
      return c.json(templateSummary(changed(await restore(managing, template, older))))
    })
    .post('/templates/:id/duplicate', async (c) => {
      const wish = readBody(duplicateWish, await readJsonObject(c.req.raw))
      const said = { ...wish, alias: wish.alias ?? undefined, project: c.var.caller.project }
      const copy = await duplicate(managing, await find(c), said)
      return c.json(templateSummary(changed(copy)), 201)
    })
    .get('/templates/:id/versions', async (c) => {
      const managed = await find(c)
      const { versions } = managed.template
      const { data, hasMore } = pageInOrder(versions.toReversed(), readPageQuery(c))
      return c.json({ data: data.map((one) => versionItem(managed, one)), has_more: hasMore })
    })
    .post('/templates/:id/preview', async (c) => {
      const { version, ...showing } = readBody(previewWish, await readJsonObject(c.req.raw))
      return c.json(await previewOf(await opened(c, version), showing))
    })
    .get('/templates/:id/preview/html', async (c) => {
      const { version, ...showing } = previewWishIn(c)
      return answerPreview(c, await previewOf(await opened(c, version), showing))
    })

  /** The draft, or a version. */
  async function opened(c: Context<ApiEnv>, version?: string | null): Promise<Template> {
    const managed = await find(c)
    const wanted = version == null ? undefined : findVersion(managed, version)
    if (managed.file) return managed.file
    const contents = await contentsIn(managing, managed, wanted)
    if (!contents) throw new Refusal(409, 'conflict', 'There is nothing to show yet.')
    const { openContents } = await import('../../mail/template/contents.ts')
    return openContents(contents, unnamed)
  }

  async function edited(template: StoredTemplate, texts: object): Promise<Contents> {
    const before = await contentsIn(managing, { template })
    const given = Object.entries(texts).filter(([, value]) => value !== undefined)
    const wish = { ...(before && wishOf(before)), ...Object.fromEntries(given) }
    return compiled(contentsFrom(readBody(validateWish.shape.template, wish)), refuseTexts)
  }
}

async function openedContents(contents: Contents): Promise<Template> {
  const { inlinedContents } = await import('../../mail/template/inlined-contents.ts')
  const { openContents } = await import('../../mail/template/contents.ts')
  return openContents(await inlinedContents(contents, giveWay), unnamed)
}

const unnamed = { name: 'preview', version: '' }

export const publishWish = z.object({
  revision: z.int().optional().meta({ description: 'The one that was seen: another is refused.' }),
  name: templateName.optional().meta({ description: 'Of the version, for people.' }),
})

export const restoreWish = z.object({
  version: versionName,
  revision: z.int().optional(),
})

export const duplicateWish = z.object({
  name: templateName.optional(),
  alias: alias.nullish(),
})

const stale = new Refusal(
  409,
  'conflict',
  'The template was changed by another writer: read it again.',
)

const taken = invalid([{ path: 'alias', rule: aliasTaken }])

function idOf(c: Context): string {
  return c.req.param('id')!
}

function readTemplate(c: Context): Promise<Record<string, unknown>> {
  return readJsonObject(c.req.raw, mostTemplateBytes)
}

/** Each text that cannot be compiled, and the line. */
function refuseTexts(faults: readonly TextFault[]): Refusal {
  return invalid(faults.map(faultIn))
}
