import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ApiKey, Keys } from '../../mail/ports/keys.ts'

export interface KeysHarness {
  readonly keys: Keys
  /** Lets a list that lags behind catch up. */
  settle?(): Promise<void>
  close(): void | Promise<void>
}

/** What every store of API keys must do. */
export function testKeys(name: string, open: () => Promise<KeysHarness>) {
  describe(`${name}: keys`, () => {
    let harness: KeysHarness
    let keys: Keys
    beforeEach(async () => {
      harness = await open()
      keys = harness.keys
    })
    afterEach(() => harness.close())

    it.each([
      ['all of it', aKey({ domain: 'example.com', capture: true, lastUsedAt: 5 })],
      ['without what is optional', aKey()],
    ])('finds a key by its hash, %s', async (_, key) => {
      await keys.create(key)
      const found = await keys.findByHash(key.hash)
      expect(found).toEqual(key)
      expect(Object.keys(found!).sort()).toEqual(Object.keys(key).sort())
    })

    it('finds nothing for a hash that is none, or only begins like one', async () => {
      const key = aKey()
      await keys.create(key)
      expect(await keys.findByHash('0'.repeat(64))).toBeUndefined()
      expect(await keys.findByHash(key.hash.slice(0, 63))).toBeUndefined()
    })

    it('lists all of them', async () => {
      const all = [aKey({ id: 'a' }), aKey({ id: 'b' }), aKey({ id: 'c' })]
      for (const key of all) await keys.create(key)
      await harness.settle?.()
      const listed = await keys.list('*')
      expect([...listed].sort((a, b) => a.id.localeCompare(b.id))).toEqual(all)
    })

    it('changes the name or the last use and leaves the rest', async () => {
      const key = aKey()
      await keys.create(key)
      expect(await keys.change(key.id, { lastUsedAt: 7 }, '*')).toBe(true)
      expect(await keys.findByHash(key.hash)).toEqual({ ...key, lastUsedAt: 7 })
      expect(await keys.change(key.id, { name: 'new' }, '*')).toBe(true)
      expect(await keys.findByHash(key.hash)).toEqual({ ...key, lastUsedAt: 7, name: 'new' })
    })

    it('lists, changes and revokes those of one project alone', async () => {
      const [shop, all] = [aKey({ project: 'shop' }), aKey({ project: '*' })]
      await keys.create(shop)
      await keys.create(all)
      expect(await keys.list('shop')).toEqual([shop])
      expect(await keys.list('*')).toEqual([shop, all])
      expect(await keys.change(shop.id, { name: 'other' }, 'blog')).toBe(false)
      expect(await keys.revoke(all.id, 'shop')).toBe(false)
      expect(await keys.revoke(shop.id, 'shop')).toBe(true)
      expect(await keys.list('*')).toEqual([all])
    })

    it('does not bring a revoked key back by changing it', async () => {
      const key = aKey()
      await keys.create(key)
      expect(await keys.revoke(key.id, '*')).toBe(true)
      expect(await keys.change(key.id, { lastUsedAt: 7 }, '*')).toBe(false)
      expect(await keys.revoke(key.id, '*')).toBe(false)
      await harness.settle?.()
      expect(await keys.findByHash(key.hash)).toBeUndefined()
      expect(await keys.list('*')).toEqual([])
    })

    it('refuses an id that is taken and leaves its key alone', async () => {
      const key = aKey()
      await keys.create(key)
      await expect(keys.create(aKey({ id: key.id }))).rejects.toThrow()
      expect(await keys.findByHash(key.hash)).toEqual(key)
    })
  })
}

let made = 0

function aKey(values: Partial<ApiKey> = {}): ApiKey {
  made += 1
  return {
    id: `key-${made}`,
    name: 'Schlüssel',
    hash: made.toString(16).padStart(64, 'a'),
    permission: 'sending_access',
    project: 'default',
    capture: false,
    createdAt: made,
    ...values,
  }
}
