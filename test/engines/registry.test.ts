import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { engineFactories, openEngine } from '../../engines/index.ts'
import type { EngineName } from '../../mail/email/engine-name.ts'
import { engineContext } from './engine-context.ts'

const folder = new URL('../../engines/', import.meta.url)

const files = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
  .map((file) => file.replace(/\.ts$/, ''))

describe('the registry of engines', () => {
  it('has every file in engines/, and no engine without a file', () => {
    expect(Object.keys(engineFactories).sort()).toEqual(files.sort())
  })

  it.each(files)('has a test that puts %s through the suite of all engines', (name) => {
    const test = new URL(`${name}.test.ts`, import.meta.url)
    expect(existsSync(test)).toBe(true)
    expect(readFileSync(test, 'utf8')).toMatch(/test(Engine|AtProvider)\(\s*'/)
  })

  it.each(Object.keys(engineFactories) as EngineName[])(
    'opens %s under its own name',
    async (name) => {
      const engine = await openEngine(name, engineContext())
      expect(engine.name).toBe(name)
      await engine.close()
    },
  )

  it('refuses a name that no engine has', async () => {
    await expect(openEngine('carrier pigeon' as EngineName, engineContext())).rejects.toThrow(
      'there is no engine "carrier pigeon"',
    )
  })
})
