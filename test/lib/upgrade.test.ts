import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { keptOf, type Kept } from './replacement.ts'
import { production, templateOf, typedResources } from './synthesized.ts'

/** What `keptOf` says of both stages as they were deployed before the first release. */
const before = JSON.parse(
  readFileSync(join(import.meta.dirname, '../data/deployed-before.json'), 'utf8'),
) as Readonly<Record<'staging' | 'production', Kept>>

/**
 * Replaced by the upgrade, with the reason why nothing is lost. The old one stays in either case,
 * because nothing of the new template owns it.
 */
const replaced = {
  MailSchedulesGroupD19EFF30: 'its schedules still fire, at the same queue and under the same role',
  MailEndpointLog67396D00: 'its lines end with their retention',
}

describe.each([
  ['staging', {}],
  ['production', { ...production, alarmEmail: 'ops@example.com' }],
] as const)('the upgrade of %s from what was deployed before', (stage, context) => {
  const resources = () => typedResources(templateOf(context).template)
  beforeAll(() => void resources(), 60_000)

  it('replaces and removes nothing that holds something or is known by name', () => {
    const now = keptOf(resources())
    const changed = Object.entries(before[stage])
      .filter(([id, { type, properties }]) => !sameResource(now[id], { type, properties }))
      .map(([id]) => id)
    expect(changed.toSorted()).toEqual(Object.keys(replaced).toSorted())
  })

  it.each(Object.entries(replaced))('leaves %s where it was: %s', (id) => {
    expect(resources()[id]!.UpdateReplacePolicy).toBe('Retain')
  })

  it('adds or removes at most one index of a table, which is all that an update can', () => {
    const now = keptOf(resources())
    for (const [id, { indexes = [] }] of Object.entries(before[stage])) {
      const known = new Set(indexes)
      const differing = known.symmetricDifference(new Set(now[id]?.indexes ?? []))
      expect(differing.size, id).toBeLessThanOrEqual(1)
    }
  })
})

function sameResource(now: Kept[string] | undefined, old: Kept[string]): boolean {
  const wanted = { type: old.type, properties: old.properties }
  return (
    JSON.stringify(now && { type: now.type, properties: now.properties }) === JSON.stringify(wanted)
  )
}
