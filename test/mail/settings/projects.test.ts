import { expect, it, onTestFinished } from 'vitest'
import { inputOf } from '../../../engines/ses/input.ts'
import { accept } from '../../../mail/accept/accept.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import { jobOf } from '../../../mail/email/job.ts'
import { resolveSettings, type Settings } from '../../../mail/settings/settings.ts'
import { asking, emailRequest, openPostern, scriptedEngine } from '../../open-postern.ts'

const projects = {
  shop: {
    from: { address: 'orders@shop.test', name: 'Shop' },
    senderDomains: ['shop.test'],
    ses: { configurationSet: 'of-shop', tenant: 'shop' },
  },
  blog: {},
}
const settings = {
  engine: 'ses',
  from: { address: 'no-reply@own.test' },
  senderDomains: ['own.test', 'shop.test'],
  ses: { configurationSet: 'of-all' },
  projects,
}

const inProject = (project: string) => ({ owner: 'k', project, scope: project, capture: false })

it('an email of a project leaves from its sender, with its SES configuration set and tenant', async () => {
  const { engine, parcels } = scriptedEngine('ses', () => ({ kind: 'sent' }))
  const test = await openPostern({ settings, engines: { ses: engine } })
  onTestFinished(() => test.close())
  const { postern } = test
  for (const project of ['shop', 'blog', 'default']) {
    const answer = await accept(postern, asking(emailRequest({ from: {} })), inProject(project))
    if (answer.kind !== 'accepted') throw new Error(answer.kind)
    const email = (await postern.emails.get(answer.id, project))!
    await deliver(postern, jobOf(email))
  }
  const inForce = (await postern.inForce.current()).settings
  const sent = await Promise.all(parcels.map((parcel) => inputOf(parcel, inForce)))
  expect(sent.map((input) => [input.FromEmailAddress, input.ConfigurationSetName])).toEqual([
    ['Shop <orders@shop.test>', 'of-shop'],
    ['no-reply@own.test', 'of-all'],
    ['no-reply@own.test', 'of-all'],
  ])
  expect(sent.map((input) => 'TenantName' in input && input.TenantName)).toEqual([
    'shop',
    false,
    false,
  ])
})

it('a From outside of the domains of a project is refused when it is accepted, with the rule', async () => {
  const test = await openPostern({ settings })
  onTestFinished(() => test.close())
  const from = { address: 'ann@own.test' }
  const ask = (project: string) =>
    accept(test.postern, asking(emailRequest({ from })), inProject(project))
  expect(await ask('shop')).toMatchObject({
    kind: 'forbidden',
    reason: expect.stringContaining('own.test domain is not verified') as string,
  })
  expect(await ask('blog')).toMatchObject({ kind: 'accepted' })
})

it.each([
  [{ Shop: {} }, 'projects.Shop'],
  [{ ['x'.repeat(41)]: {} }, `projects.${'x'.repeat(41)}`],
  [{ '*': {} }, 'projects.*'],
  [{ shop: { stream: 'fast' } }, 'projects.shop.stream'],
  [{ shop: { senderDomains: ['elsewhere.test'] } }, 'projects.shop.senderDomains'],
  [Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`p${i}`, {}])), 'projects'],
])('the settings refuse the projects %o with the path', (wrong, path) => {
  const saved = { senderDomains: ['own.test'], projects: wrong }
  const resolved = resolveSettings({ defaults: {}, saved, locks: {} })
  const { faults } = resolved as { faults: { path: string; rule: string }[]; settings?: Settings }
  expect(faults.map((fault) => fault.path)).toContain(path)
})
