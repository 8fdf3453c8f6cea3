import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SettingsStore } from '../../mail/ports/settings-store.ts'

export interface SettingsStoreHarness {
  readonly settings: SettingsStore
  /** Puts a text in place of the document, as a person does who edits it by hand. */
  edit(text: string): Promise<void>
  close(): void | Promise<void>
}

/** What every store of settings and secrets must do. */
export function testSettingsStore(name: string, open: () => Promise<SettingsStoreHarness>) {
  describe(`${name}: settings store`, () => {
    let harness: SettingsStoreHarness
    let store: SettingsStore
    beforeEach(async () => {
      harness = await open()
      store = harness.settings
    })
    afterEach(() => harness.close())

    async function write(
      settings: Record<string, unknown>,
      secrets: Record<string, string> = {},
    ): Promise<Record<string, unknown>> {
      const { version } = await store.read()
      const stored = await store.write(settings, secrets, version)
      return stored!.settings as Record<string, unknown>
    }

    it('has no settings at first, in a version that can be written upon', async () => {
      const stored = await store.read()
      expect(stored.settings).toBeUndefined()
      expect(stored.fault).toBeUndefined()
      const written = await store.write({ engine: 'smtp' }, {}, stored.version)
      expect(written?.settings).toEqual({ engine: 'smtp' })
    })

    it('reads what was written, and says when', async () => {
      const settings = { engine: ['ses', 'smtp'], headers: { 'X-Ä': '„ü“' }, from: { name: null } }
      await write(settings)
      const stored = await store.read()
      expect(stored.settings).toEqual(settings)
      expect(stored.savedAt).toBeGreaterThan(0)
    })

    it('takes a document as large as its limit, and throws at one byte more', async () => {
      const sized = (bytes: number) => ({ text: 'x'.repeat(bytes - '{"text":""}'.length) })
      const { bytes } = store.limits
      expect(await write(sized(bytes))).toEqual(sized(bytes))
      await expect(write(sized(bytes + 1))).rejects.toThrow(RangeError)
      expect((await store.read()).settings).toEqual(sized(bytes))
    })

    it('changes its version with every document that differs', async () => {
      const versions = [(await store.read()).version]
      for (const engine of ['noop', 'smtp', 'ses']) {
        await write({ engine })
        versions.push((await store.read()).version)
      }
      expect(new Set(versions).size).toBe(4)
      expect((await store.read()).version).toBe(versions[3])
    })

    it('refuses a save upon an old version and touches nothing', async () => {
      const { version } = await store.read()
      const inForce = await write({ engine: 'smtp' }, { 'smtp.password': 'right' })
      const late = await store.write({ engine: 'ses' }, { 'smtp.password': 'late' }, version)
      expect(late).toBeUndefined()
      expect((await store.read()).settings).toEqual(inForce)
      expect(await store.readSecrets({ 'smtp.password': 1, 'sendgrid.apiKey': 1 })).toEqual({
        'smtp.password': 'right',
      })
    })

    it('lets one of many saves upon one version win', async () => {
      const { version } = await store.read()
      const saves = await Promise.all(
        ['a', 'b', 'c', 'd'].map((name) => store.write({ replyTo: name }, {}, version)),
      )
      const winners = saves.filter((stored) => stored !== undefined)
      expect(winners).toHaveLength(1)
      expect((await store.read()).settings).toEqual(winners[0]!.settings)
    })

    it('names new secrets in the document by version and gives them only by that', async () => {
      const first = await write({}, { 'smtp.password': 'one', 'sendgrid.apiKey': 'SG.ü' })
      expect(first['secrets']).toEqual({ 'smtp.password': 1, 'sendgrid.apiKey': 1 })
      expect(JSON.stringify(await store.read())).not.toContain('one')
      const second = await write(first, { 'smtp.password': 'two' })
      expect(second['secrets']).toEqual({ 'smtp.password': 2, 'sendgrid.apiKey': 1 })
      expect(await store.readSecrets({ 'smtp.password': 2, 'sendgrid.apiKey': 1 })).toEqual({
        'smtp.password': 'two',
        'sendgrid.apiKey': 'SG.ü',
      })
    })

    it('still has the secrets of the document before, for a process that holds that', async () => {
      const first = await write({}, { 'smtp.password': 'one' })
      await write(first, { 'smtp.password': 'two' })
      expect(await store.readSecrets({ 'smtp.password': 1 })).toEqual({ 'smtp.password': 'one' })
    })

    it('leaves out secrets and versions that are not there', async () => {
      await write({}, { 'smtp.password': 'one' })
      expect(await store.readSecrets({ 'smtp.password': 9, 'sendgrid.apiKey': 1 })).toEqual({})
      expect(await store.readSecrets({ constructor: 1, ['__proto__']: 1 })).toEqual({})
    })

    it('keeps the pins of the document when no secret is given', async () => {
      const first = await write({}, { 'smtp.password': 'one' })
      const second = await write({ ...first, engine: 'smtp' })
      expect(second).toEqual({ engine: 'smtp', secrets: { 'smtp.password': 1 } })
    })

    it('reads a document that was edited by hand, in a version of its own', async () => {
      await write({ engine: 'noop' })
      const { version } = await store.read()
      await harness.edit('{ "engine": "smtp" }')
      const edited = await store.read()
      expect(edited.settings).toEqual({ engine: 'smtp' })
      expect(edited.version).not.toBe(version)
      expect(await store.write({}, {}, version)).toBeUndefined()
    })

    it('says what is wrong with a text that is not JSON, quotes none of it, and is repaired by a save', async () => {
      await harness.edit('{ "engine": "smtp", "password": hunter2 }')
      const broken = await store.read()
      expect(broken.settings).toBeUndefined()
      expect(broken.fault).toContain('not JSON')
      expect(broken.fault).not.toContain('hunter2')
      expect(await store.write({ engine: 'noop' }, {}, broken.version)).toMatchObject({
        settings: { engine: 'noop' },
      })
    })
  })
}
