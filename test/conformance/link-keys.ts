import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LinkKeys } from '../../mail/ports/link-keys.ts'

export interface LinkKeysHarness {
  readonly linkKeys: LinkKeys
  close(): void | Promise<void>
}

/** What every store of the keys of links must do. */
export function testLinkKeys(name: string, open: () => Promise<LinkKeysHarness>) {
  describe(`${name}: keys of links`, () => {
    let harness: LinkKeysHarness
    let linkKeys: LinkKeys
    beforeEach(async () => {
      harness = await open()
      linkKeys = harness.linkKeys
    })
    afterEach(() => harness.close())

    it('makes one, however many ask first, and keeps it', async () => {
      const asked = await Promise.all([linkKeys.all(), linkKeys.all(), linkKeys.all()])
      expect(new Set(asked.map((keys) => keys.join())).size).toBe(1)
      const [keys] = asked
      expect(keys).toHaveLength(1)
      expect(Buffer.from(keys[0]!, 'base64')).toHaveLength(32)
      expect(await linkKeys.all(true)).toEqual(keys)
    })

    it('signs with the newest, and still knows the old ones', async () => {
      const [first] = await linkKeys.all()
      await linkKeys.rotate()
      await linkKeys.rotate()
      const keys = await linkKeys.all()
      expect(keys).toHaveLength(3)
      expect(new Set(keys).size).toBe(3)
      expect(keys[2]).toBe(first)
    })
  })
}
