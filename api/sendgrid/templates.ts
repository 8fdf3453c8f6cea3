import { Hono, type Context } from 'hono'
import type { Postern } from '../../mail/ports/postern.ts'
import { currentOf, publish, removeTemplate, rewrite } from '../../mail/template/stored.ts'
import { idIn } from '../../mail/template/names.ts'
import { needs, type ApiEnv } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import { notFound } from '../http/errors.ts'
import type { Shared } from '../shared.ts'
import { addTemplate, changeTemplate, duplicate } from '../templates/edit.ts'
import { contentsIn, findManaged, findStored, listManaged } from '../templates/managed.ts'
import { invalid } from './faults.ts'
import { readWish } from './recipients.ts'
import { refusalOfFaults } from './refusals.ts'
import { copyWish, templateBody, templateChange } from './template-body.ts'
import { sendGridTemplateVersions } from './template-versions.ts'
import { templateView } from './template-view.ts'

/** SendGrid's `/v3/templates`: dynamic templates. */
export function sendGridTemplates(
  postern: Postern,
  { authenticate, library }: Pick<Shared, 'authenticate' | 'library'>,
): Hono<ApiEnv> {
  const managing = { ...postern, library }

  return new Hono<ApiEnv>()
    .use('/v3/templates/*', needs('full_access', authenticate))
    .route('/', sendGridTemplateVersions(managing))
    .get('/v3/templates', async (c) => {
      const { limit, after, isDynamic } = readQuery(c)
      const query = { limit, after, scope: c.var.caller.scope }
      const { data, hasMore } = await listManaged(managing, query)
      const found = isDynamic ? data.map(({ template }) => templateView(template)) : []
      const last = isDynamic && hasMore ? data.at(-1)?.template.id : undefined
      const metadata = {
        self: c.req.url,
        ...(last && { next: nextUrl(c, last) }),
        count: found.length,
      }
      // Some clients read the one, some the other.
      return c.json({ result: found, templates: found, _metadata: metadata })
    })
    .post('/v3/templates', async (c) => {
      const { name } = readWish(templateBody, await readJsonObject(c.req.raw))
      const made = await addTemplate(managing, { project: c.var.caller.project, name })
      if (made === 'taken') throw new Error('a template without alias was taken')
      return c.json(templateView(made), 201)
    })
    .get('/v3/templates/:id', async (c) => {
      const managed = await findManaged(managing, idOf(c), c.var.caller)
      const current = currentOf(managed.template)
      const contents = current && (await contentsIn(managing, managed, current))
      return c.json(templateView(managed.template, contents))
    })
    .post('/v3/templates/:id', async (c) => {
      const { name } = readWish(copyWish, await readJsonObject(c.req.raw))
      const managed = await findManaged(managing, idOf(c), c.var.caller)
      const { project } = c.var.caller
      const version = currentOf(managed.template)
      const copy = await duplicate(managing, managed, { project, name: name ?? undefined, version })
      if (copy === 'taken') throw new Error('a template without alias was taken')
      const active = version ? await publish(managing, copy, version.name) : copy
      return c.json(templateView(typeof active === 'string' ? copy : active), 201)
    })
    .patch('/v3/templates/:id', async (c) => {
      const { name } = readWish(templateChange, await readJsonObject(c.req.raw))
      const changed = await changeTemplate(
        managing,
        () => findStored(managing, idOf(c), c.var.caller),
        (template) => rewrite(managing, template, { name }),
      )
      if (changed === 'taken') throw new Error('a template that kept its alias was taken')
      return c.json(templateView(changed))
    })
    .delete('/v3/templates/:id', async (c) => {
      const template = await findStored(managing, idOf(c), c.var.caller)
      if (!(await removeTemplate(managing, template))) throw notFound('Template')
      library.changed()
      return c.body(null, 204)
    })
}

function idOf(c: Context): string {
  return c.req.param('id')!
}

/** SendGrid's limit, and what it gives unless told otherwise. */
const mostAtOnce = 200

function readQuery(c: Context) {
  const {
    page_size: size = String(mostAtOnce),
    page_token: token,
    generations = 'dynamic',
  } = c.req.query()
  const limit = Number(size)
  if (!/^\d{1,3}$/.test(size) || limit < 1 || limit > mostAtOnce)
    throw refusalOfFaults([
      invalid('page_size', `a whole number from 1 to ${mostAtOnce} is needed`),
    ])
  const after = token === undefined ? undefined : idIn(token)
  if (token !== undefined && after === undefined)
    throw refusalOfFaults([invalid('page_token', 'the token of an answer is needed')])
  return { limit, after, isDynamic: generations.split(',').includes('dynamic') }
}

function nextUrl(c: Context, last: string): string {
  const url = new URL(c.req.url)
  url.searchParams.set('page_token', last)
  return String(url)
}
