import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { unlistAtSes, walkSesList } from '../../engines/ses/list-in-use.ts'
import { sesSuppressionList } from '../../engines/ses/suppression-list.ts'
import { answer } from '../../functions/send/answer.ts'
import { receive } from '../../mail/report/receive.ts'
import { withOrigin, withProviderList } from '../../mail/suppress/provider-list.ts'
import { anEmail } from '../conformance/email-samples.ts'
import { openPostern, type TestPostern } from '../open-postern.ts'
import { fakeSes, type FakeSes } from '../remote/fake-ses.ts'
import { useAws } from './aws-environment.ts'

const since = 1_700_000_000_000

let test: TestPostern
let ses: FakeSes

beforeEach(async () => {
  ses = await fakeSes()
  useAws(ses.server.url)
  test = await openPostern({ settings: { engine: 'ses', projects: { shop: {} } } })
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await test.close()
  await ses.server.close()
})

/** As every door of removal is given it. */
const suppressions = () =>
  withProviderList(test.postern.suppressions, (some) => unlistAtSes(test.postern, some))

/** The rate of SES, which is a page a second, passes by itself. */
async function walk(): Promise<number> {
  const walking = walkSesList(test.postern, new AbortController().signal)
  let isOver = false
  void walking.finally(() => (isOver = true)).catch(() => undefined)
  while (!isOver) {
    await test.clock.advance(1_000)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return walking
}

const causesOf = async (project: string, address: string) => {
  const found = await test.postern.suppressions.find({ project, addresses: [address] })
  return found.flatMap((one) => one.causes.map(({ reason }) => `${one.project} ${reason}`))
}

describe("the walk through SES's own list", () => {
  it('adds what is missing, of all its pages, for all projects, and nothing twice', async () => {
    for (let n = 0; n < 5; n++) ses.suppressed!.set(`User${n}@There.test`, 'BOUNCE')
    ses.suppressed!.set('angry@there.test', 'COMPLAINT')
    expect(await walk()).toBe(6)
    expect(await causesOf('shop', 'user4@there.test')).toEqual(['* bounce'])
    expect(await causesOf('default', 'angry@there.test')).toEqual(['* complaint'])
    const [first] = await test.postern.suppressions.find({
      project: '*',
      addresses: ['user0@there.test'],
    })
    expect(first!.causes).toEqual([
      { reason: 'bounce', at: since, by: 'ses', spelling: 'User0@There.test' },
    ])
    expect(await walk()).toBe(0)
  })

  it('leaves what a project has by itself, and learns how SES spells it', async () => {
    const place = { project: 'shop', address: 'User@There.test' }
    await test.postern.suppressions.add(place, { reason: 'bounce', at: 1, by: 'import' })
    ses.suppressed!.set('USER@there.test', 'BOUNCE')
    expect(await walk()).toBe(0)
    expect(await causesOf('default', 'user@there.test')).toEqual([])
    await suppressions().remove(place, { at: 2, by: 'ann' })
    expect([...ses.suppressed!]).toEqual([])
  })

  it('adds no address that is none, and asks nothing where SES is not in use', async () => {
    ses.suppressed!.set('not an address', 'BOUNCE')
    expect(await walk()).toBe(0)
    const { length } = ses.server.requests
    await test.configure({ engine: 'noop' })
    ses.suppressed!.set('gone@there.test', 'BOUNCE')
    expect(await walk()).toBe(0)
    expect(ses.server.requests).toHaveLength(length)
  })

  it('fails where the role may not see the list, which verifying tells of', async () => {
    ses.suppressed = undefined
    ses.identities.set('own.test', true)
    await expect(walk()).rejects.toThrow('not authorized')
    const { settings } = await test.postern.inForce.current()
    const verdicts = await test.postern.fleet.verify(settings, {})
    expect(JSON.stringify(verdicts['ses'])).toContain('ses:ListSuppressedDestinations')
  })
})

describe('an address that is removed', () => {
  const place = { project: 'default', address: 'user@there.test' }
  const removal = { at: 2, by: 'ann' }

  async function suppressed(spelling?: string) {
    const cause = { reason: 'bounce', at: 1, by: 'ses', ...(spelling && { spelling }) } as const
    await test.postern.suppressions.add(place, cause)
  }

  it("goes from SES's list too, in the spelling that SES has", async () => {
    await suppressed('User@There.test')
    ses.suppressed!.set('User@There.test', 'BOUNCE').set('other@there.test', 'BOUNCE')
    expect(await suppressions().remove(place, removal)).toMatchObject(place)
    expect([...ses.suppressed!.keys()]).toEqual(['other@there.test'])
    expect(await walk()).toBe(1)
    expect(await causesOf('default', 'user@there.test')).toEqual([])
  })

  it('goes by the send function where only that may ask SES', async () => {
    ses.suppressed!.set('User@There.test', 'BOUNCE')
    await answer({ ask: 'unlist', spellings: ['User@There.test'] }, test.postern, 300_000)
    expect([...ses.suppressed!]).toEqual([])
  })

  it('goes though SES had taken it off before, or its role may not', async () => {
    await suppressed('user@there.test')
    expect(await suppressions().remove(place, removal)).toMatchObject(place)
    await suppressed('user@there.test')
    ses.suppressed = undefined
    expect(await suppressions().remove(place, removal)).toMatchObject(place)
  })

  it('stays here while SES cannot be reached, so that it can be removed again', async () => {
    await suppressed('user@there.test')
    ses.server.script = () => ({ say: 'HTTP/1.1 400 Bad\r\nContent-Length: 2\r\n\r\n{}' })
    await expect(suppressions().remove(place, removal)).rejects.toThrow()
    expect(await causesOf('default', 'user@there.test')).toEqual(['default bounce'])
  })

  it('that SES never told of is no business of SES, nor one of another reason or list', async () => {
    await suppressed()
    await suppressions().remove(place, removal)
    await suppressed('user@there.test')
    ses.suppressed!.set('user@there.test', 'BOUNCE')
    await suppressions().remove(place, { ...removal, reasons: ['complaint'] })
    await suppressions().remove({ ...place, list: 'news' }, removal)
    await suppressions().remove({ ...place, project: 'shop' }, removal)
    expect(ses.suppressed!.size).toBe(1)
    expect(ses.server.requests).toEqual([])
  })
})

describe('an echo of that list', () => {
  const echo = {
    source: 'ses',
    kind: 'suppressed',
    key: 'e',
    at: since,
    address: 'Ann@There.test',
  } as const

  it('is suppressed for the reason that SES has, and as a bounce where that cannot be asked', async () => {
    const list = sesSuppressionList(null, test.clock)
    const recipients = [{ address: 'Ann@There.test', state: 'sent' as const }]
    for (const [project, expected] of [
      ['default', 'complaint'],
      ['shop', 'bounce'],
    ] as const) {
      if (expected === 'bounce') ses.suppressed = undefined
      else ses.suppressed!.set('Ann@There.test', 'COMPLAINT')
      const email = anEmail({ state: 'sent', project, settledAt: since, recipients })
      await test.postern.emails.create(email)
      const signal = await withOrigin({ ...echo, emailId: email.id }, (one) => list.reasonOf(one))
      await receive(test.postern, signal)
      expect(await causesOf(project, 'ann@there.test')).toEqual([`${project} ${expected}`])
    }
    list.close()
  })

  it('is not asked about where the event says it, or it is no echo', async () => {
    const asked: string[] = []
    const reasonOf = async (address: string) => void asked.push(address)
    for (const signal of [
      { ...echo, origin: 'bounce' },
      { ...echo, spared: true },
      { ...echo, kind: 'bounced' },
      { ...echo, source: 'sendgrid' },
    ] as const)
      expect(await withOrigin(signal, reasonOf as never)).toBe(signal)
    expect(asked).toEqual([])
  })
})
