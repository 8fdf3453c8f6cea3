import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Email } from '../../mail/email/email.ts'
import type { SavedSettings } from '../../mail/settings/layers.ts'
import { emailRequest } from '../open-postern.ts'
import { matrixEngines, openHouse, type House } from './houses.ts'

const allow = ['@team.test']
const qa = 'qa@team.test'
const box = (address: string) => ({ address })

/** Each list of an email in turn holds us, them, both or no one; To must hold at least one. */
const parts = { us: ['us'], them: ['them'], both: ['us', 'them'], nobody: [] } as const
type Part = keyof typeof parts

interface Row {
  readonly to: Part
  readonly cc: Part
  readonly bcc: Part
}

const rows: Row[] = (['us', 'them', 'both'] as const).flatMap((to) =>
  (['nobody', 'us', 'them', 'both'] as const).flatMap((cc) =>
    (['nobody', 'us', 'them', 'both'] as const).map((bcc) => ({ to, cc, bcc })),
  ),
)

const boxes = (part: Part, list: string) =>
  parts[part].map((who) => box(who === 'us' ? `${list}@team.test` : `${list}@world.test`))

const requestOf = ({ to, cc, bcc }: Row) =>
  emailRequest({ to: boxes(to, 'to'), cc: boxes(cc, 'cc'), bcc: boxes(bcc, 'bcc') })

const isOurs = (address: string) => address.endsWith('@team.test')

const senders = matrixEngines.filter((engine) => engine !== 'noop')

/** A program is run for every email: a third of the rows show the same there. */
const rowsFor = (engine: string) =>
  engine === 'sendmail' ? rows.filter((_, i) => i % 3 === 0) : rows

describe.each(senders)('the safety rules on the wire of %s', (engine) => {
  let house: House
  beforeEach(async () => {
    house = await openHouse(engine)
  })
  afterEach(() => house.close())

  it.each([
    ['capture', { allow, otherwise: 'capture' }],
    ['drop', { allow, otherwise: 'drop' }],
  ])('%s: exactly those on the list get it', async (otherwise, safety) => {
    await house.configure(withRules(safety))
    for (const row of rowsFor(engine)) {
      const { before, email } = await send(row)
      const ours = addressesOf(email).filter(isOurs)
      const left = (await house.left()).slice(before)
      expect(left.flatMap(({ to }) => to).sort(), JSON.stringify(row)).toEqual(ours.sort())
      expect(statesOf(email, isOurs)).toEqual(ours.map(() => 'sent'))
      const kept = otherwise === 'drop' ? 'discarded' : 'captured'
      expect(new Set(statesOf(email, (it) => !isOurs(it)))).toEqual(
        new Set(ours.length < email.recipients.length ? [kept] : []),
      )
    }
  })

  it('redirect: those on the list get it, and one address in place of all others', async () => {
    await house.configure(withRules({ allow, otherwise: 'redirect', redirectTo: qa }))
    for (const row of rowsFor(engine)) {
      const { before, email } = await send(row)
      const ours = addressesOf(email).filter(isOurs)
      const instead = ours.length < email.recipients.length ? [qa] : []
      const left = (await house.left()).slice(before)
      expect(left.flatMap(({ to }) => to).sort(), JSON.stringify(row)).toEqual(
        [...ours, ...instead].sort(),
      )
    }
  })

  it('with an empty list nothing leaves at all, whatever is done instead', async () => {
    for (const otherwise of ['capture', 'drop']) {
      await house.configure(withRules({ allow: [], otherwise }))
      for (const row of rowsFor(engine)) await send(row)
    }
    expect(await house.left()).toEqual([])
  })

  async function send(row: Row): Promise<{ before: number; email: Email }> {
    const before = (await house.left()).length
    return { before, email: await house.send(requestOf(row)) }
  }
})

describe('the safety rules under the engine noop', () => {
  it.each(['capture', 'drop', 'redirect'])('%s: every email is one capture', async (otherwise) => {
    const house = await openHouse('noop')
    onTestFinished(() => house.close())
    await house.configure(withRules({ allow, otherwise, redirectTo: qa }))
    for (const row of rows) {
      const email = await house.send(requestOf(row))
      expect(new Set(statesOf(email, () => true))).toEqual(new Set(['captured']))
      expect((await house.left()).at(-1)!.to).toEqual(addressesOf(email))
    }
    expect(await house.left()).toHaveLength(rows.length)
  })
})

function withRules(safety: SavedSettings): SavedSettings {
  return { from: { address: 'no-reply@own.test' }, safety }
}

function addressesOf({ recipients }: Email): string[] {
  return recipients.map(({ address }) => address)
}

function statesOf({ recipients }: Email, of: (address: string) => boolean): string[] {
  return recipients.filter(({ address }) => of(address)).map(({ state }) => state)
}
