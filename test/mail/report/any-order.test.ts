import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import '../../property-seed.ts'
import {
  finalOf,
  nameOf,
  newLife,
  openLives,
  works,
  type Lives,
  type Told,
  type Work,
} from './a-life.ts'

const kinds = Object.keys(finalOf) as Told['kind'][]

/** All that is told of an email, each once or twice, and what else happens, in any order. */
const stories = fc.integer({ min: 1, max: 3 }).chain((recipients) =>
  fc.record({
    recipients: fc.constant(recipients),
    isPartial: fc.boolean(),
    steps: fc
      .tuple(toldOf(recipients), fc.array(fc.constantFrom(...works), { maxLength: 8 }))
      .chain(([told, work]) => shuffled<Told | Work>([...told, ...work])),
  }),
)

function toldOf(recipients: number): fc.Arbitrary<Told[]> {
  const one = fc.record({ of: fc.nat(recipients - 1), kind: fc.constantFrom(...kinds) })
  return fc
    .uniqueArray(one, { selector: nameOf, maxLength: kinds.length * recipients })
    .chain((once) => fc.subarray(once).map((again) => [...once, ...again]))
}

function shuffled<One>(all: One[]): fc.Arbitrary<One[]> {
  return fc.shuffledSubarray(all, { minLength: all.length })
}

let lives: Lives
beforeAll(async () => {
  lives = await openLives()
})
afterAll(() => lives.close())

it('what is told of an email comes to one end, with one event each, whatever happens meanwhile', async () => {
  const story = fc.asyncProperty(stories, async ({ recipients, isPartial, steps }) => {
    const life = await newLife(lives, recipients, isPartial)
    for (const step of steps) await life.take(step)
    await life.liveOn()
    const told = steps.filter((step) => typeof step !== 'string')
    const kindsOf = (of: number) => told.filter((one) => one.of === of).map(({ kind }) => kind)
    const each = life.to.map((_, of) => kindsOf(of))
    expect(await life.states()).toEqual(
      each.map((own) => finalOf[kinds.findLast((kind) => own.includes(kind)) ?? 'accepted']),
    )
    const eventful = told.filter(({ kind }) => kind !== 'accepted').map(nameOf)
    expect(await life.events()).toEqual([...new Set(eventful)].sort())
    const isBad = (own: Told['kind'][]) => own.includes('bounced') || own.includes('complained')
    expect(await life.suppressed()).toEqual(each.flatMap((own, of) => (isBad(own) ? [of] : [])))
    for (const address of life.to)
      expect(life.parcels.filter((to) => to.includes(address)).length).toBeLessThanOrEqual(3)
  })
  await fc.assert(story, { numRuns: 30 })
})
