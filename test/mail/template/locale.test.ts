import { describe, expect, it } from 'vitest'
import { directionOf, findLocale } from '../../../mail/template/locale.ts'

describe('the locale that fits', () => {
  const there = ['en', 'de', 'fr', 'es', 'pt-BR', 'it', 'nl', 'ja', 'zh-Hans', 'ar']

  it.each([
    ['en', 'en'],
    ['en-GB', 'en'],
    ['DE-at', 'de'],
    ['pt', 'pt-BR'],
    ['pt-PT', 'pt-BR'],
    ['pt_BR', 'pt-BR'],
    ['zh', 'zh-Hans'],
    ['zh-CN', 'zh-Hans'],
    ['zh-Hans-SG', 'zh-Hans'],
    ['zh-TW', undefined],
    ['ja-JP-u-ca-japanese', 'ja'],
    ['sv', undefined],
    ['', undefined],
    ['not a tag', undefined],
    ['x'.repeat(10_000), undefined],
  ])('%s: %s', (wanted, found) => expect(findLocale(wanted, there)).toBe(found))

  it('is of the same region, else of none, else the first of the language', () => {
    expect(findLocale('en-AU', ['de', 'en-US', 'en'])).toBe('en')
    expect(findLocale('en-GB', ['en', 'en-GB'])).toBe('en-GB')
    expect(findLocale('en-IN', ['de', 'en-GB', 'en-US'])).toBe('en-GB')
    expect(findLocale('zh-TW', ['zh-Hans', 'zh-Hant'])).toBe('zh-Hant')
    expect(findLocale('sr', ['sr-Latn'])).toBeUndefined()
  })

  it('says the direction of its writing', () => {
    expect(['ar', 'he', 'fa', 'en', 'ja'].map(directionOf)).toEqual([
      'rtl',
      'rtl',
      'rtl',
      'ltr',
      'ltr',
    ])
  })
})
