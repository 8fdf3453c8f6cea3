import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Group, Groups } from '../../mail/ports/groups.ts'

export interface GroupsHarness {
  readonly groups: Groups
  /** Lets a list that lags behind catch up. */
  settle?(): Promise<void>
  close(): void | Promise<void>
}

/** What every store of groups must do. */
export function testGroups(name: string, open: () => Promise<GroupsHarness>) {
  describe(`${name}: groups`, () => {
    let harness: GroupsHarness
    let groups: Groups
    beforeEach(async () => {
      harness = await open()
      groups = harness.groups
    })
    afterEach(() => harness.close())

    const stopped = async (now = noon) => {
      await harness.settle?.()
      return (await groups.stopped('*', now)).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    }

    it('finds a group by its id until the millisecond in which it expires', async () => {
      const group = aGroup()
      await groups.create(group)
      expect(await groups.get(group.id, '*', noon)).toEqual(group)
      expect(Object.keys((await groups.get(group.id, '*', noon))!)).not.toContain('stop')
      expect(await groups.get(group.id, '*', group.expiresAt - 1)).toEqual(group)
      expect(await groups.get(group.id, '*', group.expiresAt)).toBeUndefined()
      expect(await groups.get('nobody', '*', noon)).toBeUndefined()
    })

    it('shows a stop as soon as it was answered, and again none once it is taken back', async () => {
      const group = aGroup()
      await groups.create(group)
      expect(await groups.stop(group.id, '*', 'pause', noon)).toBe(true)
      expect(await groups.get(group.id, '*', noon)).toEqual({ ...group, stop: 'pause' })
      expect(await groups.stop(group.id, '*', 'cancel', noon)).toBe(true)
      expect(await groups.get(group.id, '*', noon)).toEqual({ ...group, stop: 'cancel' })
      expect(await groups.stop(group.id, '*', undefined, noon)).toBe(true)
      expect(await groups.get(group.id, '*', noon)).toEqual(group)
    })

    it('finds, stops and lists the groups of one project alone', async () => {
      const group = aGroup({ project: 'shop' })
      await groups.create(group)
      expect(await groups.get(group.id, 'shop', noon)).toEqual(group)
      expect(await groups.get(group.id, 'default', noon)).toBeUndefined()
      expect(await groups.stop(group.id, 'default', 'cancel', noon)).toBe(false)
      expect(await groups.stop(group.id, 'shop', 'pause', noon)).toBe(true)
      await harness.settle?.()
      expect(await groups.stopped('default', noon)).toEqual([])
      expect(await groups.stopped('shop', noon)).toEqual([{ ...group, stop: 'pause' }])
    })

    it('stops no group that is not there or has expired', async () => {
      const group = aGroup()
      await groups.create(group)
      expect(await groups.stop('nobody', '*', 'pause', noon)).toBe(false)
      expect(await groups.stop(group.id, '*', 'pause', group.expiresAt)).toBe(false)
      expect(await groups.get('nobody', '*', noon)).toBeUndefined()
      expect(await groups.get(group.id, '*', noon)).toEqual(group)
    })

    it('lists those that are stopped and live, and no other', async () => {
      const [paused, canceled, going, freed] = [aGroup(), aGroup(), aGroup(), aGroup()]
      for (const group of [paused, canceled, going, freed]) await groups.create(group)
      await groups.stop(paused.id, '*', 'pause', noon)
      await groups.stop(canceled.id, '*', 'cancel', noon)
      await groups.stop(freed.id, '*', 'cancel', noon)
      await groups.stop(freed.id, '*', undefined, noon)
      expect(await stopped()).toEqual([
        { ...paused, stop: 'pause' },
        { ...canceled, stop: 'cancel' },
      ])
      expect(await stopped(paused.expiresAt)).toEqual([])
    })

    it('forgets none that lives when one is made after another has expired', async () => {
      const [expired, alive] = [aGroup({ expiresAt: noon + 1 }), aGroup()]
      await groups.create(expired)
      await groups.create(alive)
      await groups.create(aGroup({ createdAt: noon + 1_000 }))
      expect(await groups.get(expired.id, '*', noon + 1_000)).toBeUndefined()
      expect(await groups.get(alive.id, '*', noon + 1_000)).toEqual(alive)
    })
  })
}

const noon = Date.UTC(2026, 0, 1, 12)
let made = 0

function aGroup(values: Partial<Group> = {}): Group {
  made += 1
  return {
    id: `group-${String(made).padStart(6, '0')}`,
    project: 'default',
    createdAt: noon,
    expiresAt: noon + 60_000,
    ...values,
  }
}
