import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fileSettings } from '../../../backends/local/settings-store.ts'
import type { SettingsStore } from '../../../mail/ports/settings-store.ts'
import { testSettingsStore } from '../../conformance/settings-store.ts'
import { temporaryDirectory } from './temporary.ts'

testSettingsStore('files', async () => {
  const { path, remove } = temporaryDirectory()
  return {
    settings: fileSettings(path),
    edit: async (text) => writeFileSync(join(path, 'settings.json'), text),
    close: remove,
  }
})

describe('settings in files', () => {
  let path: string
  let remove: () => void
  let store: SettingsStore
  beforeEach(() => {
    ;({ path, remove } = temporaryDirectory())
    store = fileSettings(path)
  })
  afterEach(() => remove())

  const at = (name: string) => join(path, name)

  async function save(settings: object, secrets: Record<string, string> = {}) {
    const { version } = await store.read()
    return store.write({ ...settings }, secrets, version)
  }

  /** Makes the next save of one file fail, by standing where its new text would be written. */
  function obstruct(name: string): () => void {
    const beside = at(`.${name}.${process.pid}.new`)
    mkdirSync(beside)
    return () => rmSync(beside, { recursive: true })
  }

  it('are a document fit for an editor, and secrets that only the owner reads', async () => {
    await save({ engine: 'smtp' }, { 'smtp.password': 'secret' })
    expect(readFileSync(at('settings.json'), 'utf8')).toBe(
      '{\n  "engine": "smtp",\n  "secrets": {\n    "smtp.password": 1\n  }\n}\n',
    )
    expect(statSync(at('secrets.json')).mode & 0o777).toBe(0o600)
    expect(statSync(at('settings.json')).mode & 0o777).toBe(0o600)
    expect(readdirSync(path).sort()).toEqual(['secrets.json', 'settings.json'])
  })

  it('close a secrets file that was opened to others', async () => {
    writeFileSync(at('secrets.json'), '{}', { mode: 0o644 })
    await save({}, { 'smtp.password': 'secret' })
    expect(statSync(at('secrets.json')).mode & 0o777).toBe(0o600)
  })

  it('leave the old document in force with its secrets when the new one cannot be written', async () => {
    const first = await save({ engine: 'smtp' }, { 'smtp.password': 'one' })
    const clear = obstruct('settings.json')
    for (const secret of ['two', 'three', 'four', 'five'])
      await expect(save({ engine: 'ses' }, { 'smtp.password': secret })).rejects.toThrow()
    expect(await store.read()).toEqual(first)
    expect(await store.readSecrets({ 'smtp.password': 1 })).toEqual({ 'smtp.password': 'one' })
    clear()
    const saved = await save({}, { 'smtp.password': 'six' })
    expect(saved?.settings).toEqual({ secrets: { 'smtp.password': 6 } })
  })

  it('leave everything as it was when the secrets cannot be written', async () => {
    const first = await save({}, { 'smtp.password': 'one' })
    obstruct('secrets.json')
    await expect(save({ engine: 'ses' }, { 'smtp.password': 'two' })).rejects.toThrow()
    expect(await store.read()).toEqual(first)
    expect(await store.readSecrets({ 'smtp.password': 1 })).toEqual({ 'smtp.password': 'one' })
  })

  it('keep the last three versions of each secret', async () => {
    for (const secret of ['one', 'two', 'three', 'four', 'five'])
      await save({}, { 'smtp.password': secret })
    const versions = [1, 2, 3, 4, 5].map((version) =>
      store.readSecrets({ 'smtp.password': version }),
    )
    const values = (await Promise.all(versions)).map((found) => found['smtp.password'])
    expect(values).toEqual([undefined, undefined, 'three', 'four', 'five'])
  })

  it('never give a version number twice, also when the secrets file was lost', async () => {
    await save({}, { 'smtp.password': 'one' })
    await save({}, { 'smtp.password': 'two' })
    rmSync(at('secrets.json'))
    expect(await store.readSecrets({ 'smtp.password': 2 })).toEqual({})
    const saved = await save({}, { 'smtp.password': 'three' })
    expect(saved?.settings).toEqual({ secrets: { 'smtp.password': 3 } })
  })

  it('say that the secrets file is broken, quote none of it and overwrite nothing', async () => {
    writeFileSync(at('secrets.json'), '{ "smtp.password": hunter2')
    const failure = await save({}, { 'smtp.password': 'x' }).catch(String)
    expect(failure).toContain('secrets.json is not JSON')
    expect(failure).not.toContain('hunter2')
    await expect(store.readSecrets({ 'smtp.password': 1 })).rejects.toThrow('not JSON')
    expect(readFileSync(at('secrets.json'), 'utf8')).toBe('{ "smtp.password": hunter2')
    expect((await store.read()).settings).toBeUndefined()
  })

  it('are read also with a byte order mark, as some editors leave', async () => {
    writeFileSync(at('settings.json'), '\uFEFF{ "engine": "noop" }')
    expect((await store.read()).settings).toEqual({ engine: 'noop' })
  })
})
