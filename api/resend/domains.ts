import { Hono, type Context } from 'hono'
import { required } from '../../mail/email/zod-words.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import {
  addSenderDomain,
  removeSenderDomain,
  type DomainsChanged,
} from '../../mail/configure/sender-domains.ts'
import { allProjects, type Scope } from '../../mail/email/project.ts'
import { settingsIn } from '../../mail/settings/in-project.ts'
import { isAbsent, presentFields } from '../../mail/request/absent.ts'
import { senderDomain } from '../../mail/settings/fields.ts'
import { forAllProjects, needs, type ApiEnv, type Authenticate } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import { derivedId } from '../../mail/email/derived-id.ts'
import { notFound, Refusal } from '../http/errors.ts'
import { pageInOrder, readId, readPageQuery } from '../http/page-query.ts'
import { domainChecks, type DomainChecks } from './domain-checks.ts'
import { domainItem, domainObject } from './domain-object.ts'
import { domainChange } from './domain-change.ts'
import { refusalOfFaults } from './refusals.ts'

/** Resend's `/domains`, over the setting `senderDomains`: who may stand in From. */
export function resendDomains(postern: Postern, authenticate: Authenticate): Hono<ApiEnv> {
  const manage = needs('full_access', authenticate)
  const checks = domainChecks(postern)
  const shown = async (domain: Domain) => domainObject(await facts(domain, checks))
  return new Hono<ApiEnv>()
    .post('/domains', manage, forAllProjects, async (c) => {
      const body = await readJsonObject(c.req.raw)
      const [name, region] = [readName(body), readRegion(body)]
      const changed = await addSenderDomain(postern, name)
      if (changed.kind !== 'changed') throw refusalOfChange(changed, `${name} already exists`)
      return c.json(await shown(await domainNamed(postern, name, region)), 201)
    })
    .get('/domains', manage, async (c) => {
      const { data, hasMore } = pageInOrder(
        await domains(postern, c.var.caller.scope),
        readPageQuery(c),
      )
      const all = await Promise.all(data.map((domain) => facts(domain, checks)))
      return c.json({ object: 'list', has_more: hasMore, data: all.map(domainItem) })
    })
    .get('/domains/:id', manage, async (c) => c.json(await shown(await find(c, postern))))
    .post('/domains/:id/verify', manage, async (c) => {
      const { id, name } = await find(c, postern)
      await checks.anew(name)
      return c.json({ object: 'domain', id })
    })
    .patch('/domains/:id', manage, async (c) => {
      const { id } = await find(c, postern)
      readChange(await readJsonObject(c.req.raw))
      return c.json({ object: 'domain', id })
    })
    .delete('/domains/:id', manage, forAllProjects, async (c) => {
      const { id, name } = await find(c, postern)
      const changed = await removeSenderDomain(postern, name)
      if (changed.kind !== 'changed') throw refusalOfChange(changed, `${name} was already removed`)
      return c.json({ object: 'domain', id, deleted: true })
    })
}

interface Domain {
  readonly id: string
  readonly name: string
  /** Since when these settings hold: of a single domain nothing is known. */
  readonly since: number
  readonly region: string
}

async function facts(domain: Domain, checks: DomainChecks) {
  return { ...domain, records: await checks.of(domain.name) }
}

/** Those that a project may send from, or all there are. */
async function domains({ inForce }: Postern, scope: Scope): Promise<Domain[]> {
  const { settings, savedAt, since } = await inForce.refresh()
  return (settingsIn(settings, scope).senderDomains ?? []).map((name) => {
    return { id: idOf(name, regions[0]), name, since: savedAt ?? since, region: regions[0] }
  })
}

async function find(c: Context<ApiEnv>, postern: Postern): Promise<Domain> {
  const id = readId(c)
  for (const domain of await domains(postern, c.var.caller.scope)) {
    const region = regions.find((one) => idOf(domain.name, one) === id)
    if (region) return { ...domain, id, region }
  }
  throw notFound('Domain')
}

async function domainNamed(postern: Postern, name: string, region: string): Promise<Domain> {
  const found = (await domains(postern, allProjects)).find((domain) => domain.name === name)!
  return { ...found, id: idOf(name, region), region }
}

/** Resend's regions. */
const regions = ['us-east-1', 'eu-west-1', 'sa-east-1', 'ap-northeast-1'] as const

/** The region makes no difference here, so it is kept nowhere but in the id. */
function idOf(name: string, region: string): string {
  return region === regions[0] ? derivedId('domain', name) : derivedId('domain', name, region)
}

function readRegion({ region }: Record<string, unknown>): string {
  if (isAbsent(region)) return regions[0]
  const known = regions.find((one) => one === region)
  if (known) return known
  throw new Refusal(422, 'invalid_region', `The \`region\` field: one of ${regions.join(', ')}.`)
}

/** Checked and without effect, as `GET` shows: none of it is done here. */
function readChange(body: Record<string, unknown>) {
  const read = domainChange.safeParse(presentFields(body))
  if (read.success) return
  throw refusalOfFaults(
    read.error.issues.map(({ path, message }) => {
      return { field: path.map(String).join('.') || 'body', rule: message, kind: 'invalid' }
    }),
  )
}

function readName({ name }: Record<string, unknown>): string {
  if (isAbsent(name)) throw refusalOfFaults([{ field: 'name', rule: required, kind: 'missing' }])
  const read = senderDomain.safeParse(name)
  if (read.success) return read.data
  const rule = `a domain name such as example.com is needed: ${read.error.issues[0]!.message}`
  throw refusalOfFaults([{ field: 'name', rule, kind: 'invalid' }])
}

function refusalOfChange(
  changed: Exclude<DomainsChanged, { kind: 'changed' }>,
  unchanged: string,
): Refusal {
  switch (changed.kind) {
    case 'locked':
      return new Refusal(
        403,
        'validation_error',
        'The sender domains are locked where Postern was deployed: they cannot be changed here.',
      )
    case 'unchanged':
      return new Refusal(422, 'validation_error', `The domain ${unchanged}.`)
    case 'invalid':
      return new Refusal(
        422,
        'validation_error',
        `The settings do not allow it: ${changed.reason}.`,
      )
  }
}
