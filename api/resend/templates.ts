import { Hono, type Context } from 'hono'
import type { Postern } from '../../mail/ports/postern.ts'
import { presentFields } from '../../mail/request/absent.ts'
import type { StoredTemplate } from '../../mail/ports/templates.ts'
import type { TextFault } from '../../mail/template/contents-faults.ts'
import { publish, removeTemplate, saveDraft } from '../../mail/template/stored.ts'
import { needs, type ApiEnv } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import { notFound, Refusal } from '../http/errors.ts'
import { readPageQuery } from '../http/page-query.ts'
import type { Shared } from '../shared.ts'
import { addTemplate, changeTemplate, compiled, duplicate, isOfFile } from '../templates/edit.ts'
import { aliasTaken, mostTemplateBytes } from '../templates/fields.ts'
import { contentsIn, findManaged, findStored, listManaged } from '../templates/managed.ts'
import { readWish } from './read-wish.ts'
import { refusalOfFaults } from './refusals.ts'
import {
  changedContents,
  faultIn,
  templateBody,
  templateChange,
  withNull,
} from './template-body.ts'
import { templateItem, templateObject } from './template-object.ts'

/** Resend's `/templates`. */
export function resendTemplates(
  postern: Postern,
  { authenticate, library }: Pick<Shared, 'authenticate' | 'library'>,
): Hono<ApiEnv> {
  const managing = { ...postern, library }
  const find = (c: Context<ApiEnv>) => findManaged(managing, idOf(c), c.var.caller)
  const findToChange = (c: Context<ApiEnv>) => findStored(managing, idOf(c), c.var.caller)

  return new Hono<ApiEnv>()
    .use('/templates/*', needs('full_access', authenticate))
    .post('/templates', async (c) => {
      const wish = readWish(templateBody, presentFields(await readTemplate(c)))
      const contents = await compiled(changedContents(wish), refuseTexts)
      const { project } = c.var.caller
      const { name, alias } = wish
      const made = await addTemplate(managing, {
        project,
        name,
        alias: alias ?? undefined,
        contents,
      })
      return c.json(named(made), 201)
    })
    .get('/templates', async (c) => {
      const query = { ...readPageQuery(c), scope: c.var.caller.scope }
      const { data, hasMore } = await listManaged(managing, query)
      const items = data.map(({ template }) => templateItem(template))
      return c.json({ object: 'list', has_more: hasMore, data: items })
    })
    .get('/templates/:id', async (c) => {
      const managed = await find(c)
      return c.json(templateObject(managed.template, await contentsIn(managing, managed)))
    })
    .patch('/templates/:id', async (c) => {
      const { name, alias, ...texts } = readWish(templateChange, withNull(await readTemplate(c)))
      const isEdited = Object.values(texts).some((value) => value !== undefined)
      const changed = await changeTemplate(
        managing,
        () => findToChange(c),
        async (template) => {
          const isRenamed = alias != null && alias !== template.alias
          if (isRenamed && (await isOfFile(managing, alias))) return 'taken'
          const before = await contentsIn(managing, { template })
          const contents = isEdited
            ? await compiled(changedContents(texts, before), refuseTexts)
            : undefined
          return saveDraft(managing, template, {
            ...(name != null && { name }),
            ...(alias !== undefined && { alias: alias ?? undefined }),
            ...(contents && { contents }),
          })
        },
      )
      return c.json(named(changed))
    })
    .delete('/templates/:id', async (c) => {
      const template = await findToChange(c)
      if (!(await removeTemplate(managing, template))) throw notFound('Template')
      library.changed()
      return c.json({ ...named(template), deleted: true })
    })
    .post('/templates/:id/publish', async (c) => {
      const changed = await changeTemplate(
        managing,
        () => findToChange(c),
        async (template) => {
          const published = await publish(managing, template)
          if (published === 'empty') throw nothingYet
          return published
        },
      )
      return c.json(named(changed))
    })
    .post('/templates/:id/duplicate', async (c) => {
      const { project } = c.var.caller
      return c.json(named(await duplicate(managing, await find(c), { project })), 201)
    })
}

/** @throws Refusal 422 when its alias is taken */
function named(template: StoredTemplate | 'taken') {
  if (template === 'taken')
    throw refusalOfFaults([{ field: 'alias', rule: aliasTaken, kind: 'invalid' }])
  return { object: 'template', id: template.id }
}

const nothingYet = new Refusal(422, 'validation_error', 'There is nothing to publish.')

function idOf(c: Context): string {
  return c.req.param('id')!
}

function readTemplate(c: Context): Promise<Record<string, unknown>> {
  return readJsonObject(c.req.raw, mostTemplateBytes)
}

/** Each text that cannot be compiled, and the line. */
function refuseTexts(faults: readonly TextFault[]): Refusal {
  return refusalOfFaults(faults.map(faultIn))
}
