import { Hono, type Context } from 'hono'
import type { Postern } from '../../mail/ports/postern.ts'
import {
  addSenderDomain,
  removeSenderDomain,
  type DomainsChanged,
} from '../../mail/configure/sender-domains.ts'
import { senderDomain } from '../../mail/settings/fields.ts'
import { needs, type ApiEnv, type Authenticate } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import { derivedId } from '../http/derived-id.ts'
import { notFound, Refusal } from '../http/errors.ts'
import { pageInOrder, readId, readPageQuery } from '../http/page-query.ts'
import { domainChecks, type DomainChecks } from './domain-checks.ts'
import { domainItem, domainObject } from './domain-object.ts'
import { refusalOfFaults } from './refusals.ts'

/** Resend's `/domains`, over the setting `senderDomains`: who may stand in From. */
export function resendDomains(postern: Postern, authenticate: Authenticate): Hono<ApiEnv> {
  const manage = needs('full_access', authenticate)
  const checks = domainChecks(postern)
  const shown = async (domain: Domain) => domainObject(await facts(domain, checks))
  return new Hono<ApiEnv>()
    .post('/domains', manage, async (c) => {
      const name = readName(await readJsonObject(c.req.raw))
      const changed = await addSenderDomain(postern, name)
      if (changed.kind !== 'changed') throw refusalOfChange(changed, `${name} already exists`)
      return c.json(await shown(await domainNamed(postern, name)), 201)
    })
    .get('/domains', manage, async (c) => {
      const { data, hasMore } = pageInOrder(await domains(postern), readPageQuery(c))
      const all = await Promise.all(data.map((domain) => facts(domain, checks)))
      return c.json({ object: 'list', has_more: hasMore, data: all.map(domainItem) })
    })
    .get('/domains/:id', manage, async (c) => c.json(await shown(await find(c, postern))))
    .post('/domains/:id/verify', manage, async (c) => {
      const { id, name } = await find(c, postern)
      await checks.anew(name)
      return c.json({ object: 'domain', id })
    })
    .delete('/domains/:id', manage, async (c) => {
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
}

async function facts(domain: Domain, checks: DomainChecks) {
  return { ...domain, records: await checks.of(domain.name) }
}

async function domains({ inForce }: Postern): Promise<Domain[]> {
  const { settings, savedAt, since } = await inForce.refresh()
  return (settings.senderDomains ?? []).map((name) => {
    return { id: derivedId('domain', name), name, since: savedAt ?? since }
  })
}

async function find(c: Context, postern: Postern): Promise<Domain> {
  const id = readId(c)
  const found = (await domains(postern)).find((domain) => domain.id === id)
  if (!found) throw notFound('Domain')
  return found
}

async function domainNamed(postern: Postern, name: string): Promise<Domain> {
  return (await domains(postern)).find((domain) => domain.name === name)!
}

/** Resend's regions; which one it is makes no difference here. */
const regions = ['us-east-1', 'eu-west-1', 'sa-east-1', 'ap-northeast-1']

function readName({ name, region }: Record<string, unknown>): string {
  if (region !== undefined && region !== null && !regions.includes(region as string))
    throw new Refusal(422, 'invalid_region', `The \`region\` field: one of ${regions.join(', ')}.`)
  if (name === undefined || name === null)
    throw refusalOfFaults([{ field: 'name', rule: 'is required', kind: 'missing' }])
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
