import { expect, it, onTestFinished } from 'vitest'
import { slotsOf, withoutSlot, withSlot } from '../../../mail/template/slots.ts'
import { currentOf, inForce, mostVersions, withVersion } from '../../../mail/template/stored.ts'
import { createTemplate, rewrite } from '../../../mail/template/stored.ts'
import { keepTexts } from '../../../mail/template/texts.ts'
import { aTemplate } from '../../conformance/templates.ts'
import { temporaryBackend } from '../../backends/local/temporary.ts'

const texts = (key: string) => ({ key, hash: key, defaultLocale: 'en', locales: ['en'] })

it('300 versions are kept, and the one that emails are made from', () => {
  let template = inForce(withVersion(aTemplate(), { texts: texts('first'), now: 1 }), 1)
  for (let number = 2; number <= mostVersions + 10; number++)
    template = withVersion(template, { texts: texts(`${number}`), now: number })
  expect(template.versions).toHaveLength(mostVersions)
  expect(currentOf(template)?.texts.key).toBe('first')
  expect(template.versions.slice(0, 2).map(({ number }) => number)).toEqual([1, 12])
  expect(template.lastNumber).toBe(mostVersions + 10)
})

it('a number is never given twice, also after its version was removed', () => {
  const one = withSlot(aTemplate(), { texts: texts('1'), now: 1 }, false)
  const two = withSlot(one, { texts: texts('2'), now: 2 }, true)
  const left = withoutSlot(two, two.versions[1]!.id)
  expect(currentOf(left)).toBeUndefined()
  const again = withSlot(left, { texts: texts('3'), now: 3 }, false)
  expect(again.versions.map(({ number }) => number)).toEqual([1, 3])
  expect(again.current).toBe(3)
})

it('a change of a version that can be changed leaves what was published as it was', () => {
  const one = withSlot(aTemplate(), { texts: texts('1'), now: 1 }, true)
  const { id } = one.versions[0]!
  const changed = withSlot(one, { id, texts: texts('2'), now: 2 }, true)
  expect(changed.versions.map((version) => version.texts.key)).toEqual(['1', '2'])
  expect(slotsOf(changed)).toMatchObject([{ id, number: 2 }])
  expect(currentOf(changed)?.number).toBe(2)
})

it('a writer that is refused leaves no texts behind, and takes none away', async () => {
  const { backend, close } = temporaryBackend()
  onTestFinished(close)
  const contents = { defaultLocale: 'en', locales: {}, variables: [], samples: {} }
  const said = { project: 'default', name: 'A', alias: 'a', contents }
  const first = await createTemplate(backend, said)
  if (first === 'taken') throw new Error(first)
  const [one, other] = [
    await keepTexts(backend, first.id, contents),
    await keepTexts(backend, first.id, contents),
  ]
  expect(await rewrite(backend, first, { draft: one })).toMatchObject({ revision: 2 })
  expect(await rewrite(backend, first, { draft: other })).toBe('stale')
  expect(await createTemplate(backend, said)).toBe('taken')
  const kept = await Promise.all(
    [first.draft!, one, other].map(async ({ key }) => (await backend.blobs.get(key)) !== undefined),
  )
  expect(kept).toEqual([false, true, false])
})
