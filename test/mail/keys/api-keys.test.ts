import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  hashOfToken,
  makeApiKey,
  readKeyName,
  readKeyRequest,
} from '../../../mail/keys/api-keys.ts'

const anything = fc.anything()
const anyBody = fc.record(
  {
    name: fc.oneof(fc.string(), anything),
    permission: fc.oneof(fc.constant('sending_access'), anything),
    domain: fc.oneof(fc.domain(), fc.string(), anything),
    capture: anything,
  },
  { requiredKeys: [] },
)

const wanted = {
  name: 'shop',
  permission: 'full_access',
  project: '*',
  capture: false,
} as const

describe('making a key', () => {
  it('tells a token of 256 bits and keeps only its hash', () => {
    const { key, token } = makeApiKey({ ...wanted, domain: 'acme.test' }, 5)
    expect(token).toMatch(/^re_[A-Za-z0-9_-]{43}$/)
    expect(Buffer.from(token.slice(3), 'base64url')).toHaveLength(32)
    const id: unknown = expect.any(String)
    const rest = { ...wanted, domain: 'acme.test', createdAt: 5 }
    expect(key).toEqual({ ...rest, id, hash: hashOfToken(token) })
    expect(JSON.stringify(key)).not.toContain(token.slice(3))
  })

  it('makes another one every time', () => {
    const made = Array.from({ length: 100 }, () => makeApiKey(wanted, 5))
    expect(new Set(made.map(({ token }) => token)).size).toBe(100)
    expect(new Set(made.map(({ key }) => key.id)).size).toBe(100)
  })
})

describe('the hash of a token', () => {
  it('is its SHA-256, whichever of the two prefixes it has', () => {
    // printf re_abc | sha256sum
    const hash = 'd690bef11cee674480b07728f78b231808afc54ad39e9470013cd3ceeaa204c8'
    expect(hashOfToken('re_abc')).toBe(hash)
    expect(hashOfToken('SG.abc')).toBe(hash)
    const whole = `re_re_${'a'.repeat(40)}`
    expect(hashOfToken(`SG.${whole}`)).toBe(hashOfToken(whole))
    expect(hashOfToken(`SG.re_${'a'.repeat(40)}`)).toBe(hashOfToken(whole))
  })

  it.each(['sg.abc', 'SG_abc', 'abc', 'RE_abc', 're_SG.abc', 'SG.re_abc', ' re_abc', 're_abc '])(
    'is another one for %o',
    (token) => expect(hashOfToken(token)).not.toBe(hashOfToken('re_abc')),
  )
})

describe('reading the request for a key', () => {
  it.each([
    [{ name: ' shop ' }, wanted],
    [{ name: 'shop', permission: null, domain: null, domain_id: null, capture: null }, wanted],
    [{ name: 'shop', somethingNew: 1 }, wanted],
    [{ name: '😀'.repeat(50) }, { ...wanted, name: '😀'.repeat(50) }],
    [
      { name: 'shop', permission: 'sending_access', domain: 'BÜCHER.Example.COM', capture: true },
      {
        name: 'shop',
        permission: 'sending_access',
        project: 'default',
        domain: 'xn--bcher-kva.example.com',
        capture: true,
      },
    ],
  ])('%o is accepted', (body, request) => {
    expect(readKeyRequest(body)).toEqual({ request })
  })

  it.each([
    [{}, 'name', 'missing'],
    [{ name: null }, 'name', 'missing'],
    [{ name: 5 }, 'name', 'invalid'],
    [{ name: '  ' }, 'name', 'invalid'],
    [{ name: 'x'.repeat(51) }, 'name', 'invalid'],
    [{ name: 'two\nlines' }, 'name', 'invalid'],
    [{ name: 'two\u2028lines' }, 'name', 'invalid'],
    [{ name: 'bell\u0007' }, 'name', 'invalid'],
    [{ name: 'turned\u202earound' }, 'name', 'invalid'],
    [{ name: 'half \ud83d' }, 'name', 'invalid'],
    [{ name: 'x', permission: 'read' }, 'permission', 'invalid'],
    [{ name: 'x', permission: ['full_access'] }, 'permission', 'invalid'],
    [{ name: 'x', capture: 'true' }, 'capture', 'invalid'],
    [{ name: 'x', domain_id: 'd1' }, 'domain_id', 'invalid'],
    [{ name: 'x', domain: 'acme.test' }, 'domain', 'invalid'],
    [{ name: 'x', permission: 'full_access', domain: 'acme.test' }, 'domain', 'invalid'],
  ])('%o is refused for its %s', (body, field, kind) => {
    expect(readKeyRequest(body)).toEqual({
      faults: [{ field, kind, rule: expect.any(String) as string }],
    })
  })

  it.each([
    '',
    'localhost',
    'a@acme.test',
    '@acme.test',
    '*.test',
    'acme.test.',
    '127.0.0.1',
    'a b',
  ])('no sender domain is %o', (domain) => {
    const body = { name: 'x', permission: 'sending_access', domain }
    expect(readKeyRequest(body)).toMatchObject({ faults: [{ field: 'domain' }] })
  })

  it('names every fault', () => {
    const { faults } = readKeyRequest({ permission: 'x', capture: 1 }) as {
      faults: { field: string }[]
    }
    expect(faults.map(({ field }) => field)).toEqual(['name', 'permission', 'capture'])
  })

  it('throws at nothing, and lets through only names that fit one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (name) => {
        const read = readKeyName(name)
        if ('faults' in read) return
        expect(read.name).toBe(name.trim())
        expect([...read.name].length).toBeGreaterThan(0)
        expect([...read.name].length).toBeLessThanOrEqual(50)
        expect(read.name).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
      }),
    )
    fc.assert(
      fc.property(anyBody, (body) => {
        expect(readKeyRequest(body)).toSatisfy((read) => 'faults' in read || 'request' in read)
      }),
    )
  })
})
