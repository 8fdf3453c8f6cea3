import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject, Schema } from '../../console/settings/answers.ts'
import { faultIn, settingsOf } from '../../console/settings/form-schema.ts'
import { valueAt, withValue } from '../../console/settings/layers.ts'
import { others, sections, settingsIn } from '../../console/settings/sections.ts'
import { engineNames } from '../../mail/email/engine-name.ts'
import { settingsJsonSchema } from '../../mail/settings/json-schema.ts'

const all = settingsOf(settingsJsonSchema() as Schema)

describe('the form of the settings', () => {
  it('has each setting in exactly one section, also one that it does not know yet', () => {
    const unknown = { path: 'later.setting', schema: {}, kind: 'text' as const, nullable: true }
    const settings = [...all, { ...unknown, default: null }]
    const shown = [...sections, others].flatMap((section) =>
      settingsIn(section, settings).map(({ path }) => path),
    )
    const wanted = settings.map(({ path }) => path).filter((path) => path !== 'secrets')
    expect(shown.sort()).toEqual(wanted.sort())
  })

  it('has a section for every engine but the one that is off', () => {
    const known = sections.flatMap(({ id, engines }) => (engines?.includes(id) ? [id] : []))
    expect(known.sort()).toEqual(engineNames.filter((name) => name !== 'disabled').sort())
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
