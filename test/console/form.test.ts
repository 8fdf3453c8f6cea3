import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Json, JsonObject, SchemaAnswer } from '../../console/settings/answers.ts'
import { faultIn, settingsOf, type Setting } from '../../console/settings/form-schema.ts'
import { valueAt, withValue } from '../../console/settings/layers.ts'
import { partsOf } from '../../console/settings/sections.ts'
import { openApi } from '../api/open-api.ts'

let form: SchemaAnswer
let all: Setting[]

/** What has parts of its own, or is done in the queue. */
const elsewhere = ['secrets', 'projects', 'streams.paused']

beforeEach(async () => {
  form = (await openApi().read('/v1/settings/schema')) as unknown as SchemaAnswer
  all = settingsOf(form.schema)
})

describe('the form of the settings', () => {
  it('has each setting in exactly one section, also one that it does not know yet', () => {
    const properties = { ...form.schema.properties, later: { properties: { setting: {} } } }
    const parts = partsOf({ ...form, schema: { properties } })
    const shown = parts.flatMap(({ settings }) => settings.map(({ path }) => path))
    const wanted = [...all.map(({ path }) => path), 'later.setting']
    expect(shown.sort()).toEqual(wanted.filter((path) => !elsewhere.includes(path)).sort())
    expect(parts.at(-1)!.settings.map(({ path }) => path)).toEqual(['later.setting'])
  })

  it('has each secret in exactly one section', () => {
    const shown = partsOf(form).flatMap(({ secrets }) => secrets.map(({ name }) => name))
    expect(shown.sort()).toEqual(form.secrets.map(({ name }) => name).sort())
  })

  it('has a section for every engine of the answer, in its words, also one it does not know', () => {
    const words = { label: 'Pigeon', description: 'By air.', sends: true, signs: true }
    const pigeon = { ...words, name: 'pigeon' } as unknown as SchemaAnswer['engines'][number]
    const engines = [...form.engines, pigeon]
    const sections = partsOf({ ...form, engines }).map(({ section }) => section)
    const ofEngines = sections.filter(({ id, engines }) => engines?.includes(id))
    expect(ofEngines.map(({ id, title }) => [id, title])).toEqual(
      engines.map(({ name, label }) => [name, label]),
    )
    expect(ofEngines.at(-1)!.text).toBe('By air.')
    expect(sections.find(({ id }) => id === 'dkim')!.engines).toEqual([
      'smtp',
      'sendmail',
      'pigeon',
    ])
  })

  it('finds no fault with any default', () => {
    const faulty = all.filter((setting) => faultIn(setting, setting.default) !== undefined)
    expect(faulty.map(({ path }) => path)).toEqual([])
  })

  it.each([
    ['smtp.port', 0, 'This is not from 1 to 65535'],
    ['smtp.port', 65_536, 'This is not from 1 to 65535'],
    ['smtp.port', 2.5, 'This is not a whole number'],
    ['smtp.port', 'many', 'This is not a number'],
    ['smtp.host', 'two words', 'This has characters that are not allowed here'],
    ['smtp.security', 'perhaps', 'One of tls, starttls, opportunistic, none'],
    ['delivery.giveUpAfterHours', 0, 'This is not above 0, at most 72'],
    ['keepContentDays', 366, 'This is not from 0 to 365'],
    ['dkim.domain', 'Example.com', 'This has characters that are not allowed here'],
  ] as const)('says what is wrong with %s = %s before it is sent', (path, value, fault) => {
    const setting = all.find((one) => one.path === path)!
    expect(faultIn(setting, value)).toBe(fault)
  })

  it.each(['from.address', 'replyTo', 'smtp.username', 'senderDomains'])(
    'knows that %s may be nothing at all',
    (path) => expect(all.find((one) => one.path === path)).toMatchObject({ nullable: true }),
  )
})

describe('layers of settings', () => {
  const key = fc.constantFrom('a', 'b', 'c')
  const path = fc.array(key, { minLength: 1, maxLength: 3 }).map((keys) => keys.join('.'))
  const value = fc.constantFrom<Json>(null, 1, 'x', true)
  const layer = fc
    .array(fc.tuple(path, value), { maxLength: 6 })
    .map((entries) => entries.reduce<JsonObject>((all, [at, what]) => withValue(all, at, what), {}))

  it('have at a path what was put there, until it is taken away', () => {
    fc.assert(
      fc.property(layer, path, value, (before, at, what) => {
        const after = withValue(before, at, what)
        expect(valueAt(after, at)).toEqual(what)
        expect(valueAt(withValue(after, at, undefined), at)).toBeUndefined()
      }),
    )
  })
})
