import { Hono, type Context } from 'hono'
import type { StoredTemplate, TemplateVersion } from '../../mail/ports/templates.ts'
import type { Contents } from '../../mail/template/contents.ts'
import type { TextFault } from '../../mail/template/contents-faults.ts'
import { activated, slotOf, withoutSlot, withSlot } from '../../mail/template/slots.ts'
import { rewrite, type Rewritten } from '../../mail/template/stored.ts'
import { keepTexts } from '../../mail/template/texts.ts'
import type { ApiEnv } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import { notFound, type Refusal } from '../http/errors.ts'
import { changeTemplate, compiled } from '../templates/edit.ts'
import { mostTemplateBytes } from '../templates/fields.ts'
import { contentsIn, findManaged, findStored, type Managing } from '../templates/managed.ts'
import { readWish } from './recipients.ts'
import { refusalOfFaults } from './refusals.ts'
import { changedContents, faultIn, versionBody, versionChange } from './template-body.ts'
import { versionView } from './template-view.ts'

const versions = '/v3/templates/:id/versions'
const version = `${versions}/:version`

/** The versions of SendGrid's templates: made, changed, removed, and one of them active. */
export function sendGridTemplateVersions(managing: Managing): Hono<ApiEnv> {
  const { clock } = managing

  /** Changes a template, again where another writer comes first; the version that came of it. */
  async function change(
    c: Context<ApiEnv>,
    next: (template: StoredTemplate) => Promise<Rewritten>,
    idIn: (template: StoredTemplate) => string,
  ) {
    const find = () => findStored(managing, idOf(c), c.var.caller)
    const template = await changeTemplate(managing, find, next)
    if (template === 'taken') throw new Error('a template that kept its alias was taken')
    return view(template, slotOf(template, idIn(template)))
  }

  async function view(template: StoredTemplate, found: TemplateVersion | undefined) {
    const contents = found && (await contentsIn(managing, { template }, found))
    if (!contents) throw notFound('Version')
    return versionView(template, found, contents)
  }

  const keep = (template: StoredTemplate, contents: Contents) =>
    keepTexts(managing, template.id, contents)

  return new Hono<ApiEnv>()
    .post(versions, async (c) => {
      const wish = readWish(versionBody, await readTexts(c))
      const contents = await compiled(changedContents(wish), refuseTexts)
      const made = await change(
        c,
        async (template) => {
          const parts = { texts: await keep(template, contents), name: wish.name, now: clock.now() }
          return rewrite(managing, template, withSlot(template, parts, wish.active === true))
        },
        (template) => template.versions.at(-1)!.id,
      )
      return c.json(made, 201)
    })
    .get(version, async (c) => {
      const managed = await findManaged(managing, idOf(c), c.var.caller)
      const found = slotOf(managed.template, versionId(c))
      const contents = found && (await contentsIn(managing, managed, found))
      if (!contents) throw notFound('Version')
      return c.json(versionView(managed.template, found, contents))
    })
    .patch(version, async (c) => {
      const wish = readWish(versionChange, await readTexts(c))
      const changed = await change(
        c,
        async (template) => {
          const older = slot(template, c)
          const before = await contentsIn(managing, { template }, older)
          const contents = await compiled(changedContents(wish, before), refuseTexts)
          const { id, name } = older
          const texts = await keep(template, contents)
          const parts = { id, texts, name: wish.name ?? name, now: clock.now() }
          const isActive = wish.active ?? older.number === template.current
          return rewrite(managing, template, withSlot(template, parts, isActive))
        },
        () => versionId(c),
      )
      return c.json(changed)
    })
    .post(`${version}/activate`, async (c) => {
      const changed = await change(
        c,
        (template) =>
          rewrite(managing, template, activated(template, slot(template, c), clock.now())),
        () => versionId(c),
      )
      return c.json(changed)
    })
    .delete(version, async (c) => {
      const find = () => findStored(managing, idOf(c), c.var.caller)
      await changeTemplate(managing, find, (template) =>
        rewrite(managing, template, withoutSlot(template, slot(template, c).id)),
      )
      return c.body(null, 204)
    })
}

function idOf(c: Context): string {
  return c.req.param('id')!
}

function versionId(c: Context): string {
  return c.req.param('version')!.toLowerCase()
}

/** @throws Refusal 404 when there is no such version */
function slot(template: StoredTemplate, c: Context): TemplateVersion {
  const found = slotOf(template, versionId(c))
  if (!found) throw notFound('Version')
  return found
}

function readTexts(c: Context): Promise<Record<string, unknown>> {
  return readJsonObject(c.req.raw, mostTemplateBytes)
}

/** Each text that cannot be compiled, and the line. */
function refuseTexts(faults: readonly TextFault[]): Refusal {
  return refusalOfFaults(faults.map(faultIn))
}
