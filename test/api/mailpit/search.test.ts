import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSearch } from '../../../api/mailpit/search.ts'
import { inZone } from '../../../api/mailpit/zone.ts'

const term = (about: string, value: string, not = false) => ({ about, value, not })

describe("Mailpit's search syntax", () => {
  it.each([
    ['hello', [term('text', 'hello')]],
    ['subject:Hello world', [term('subject', 'Hello'), term('text', 'world')]],
    ['subject:"Hello world"', [term('subject', 'Hello world')]],
    ['"a b" -c !d', [term('text', 'a b'), term('text', 'c', true), term('text', 'd', true)]],
    ['TO:a@b.test -from:"Ann B"', [term('to', 'a@b.test'), term('from', 'Ann B', true)]],
    ['!is:read is:UNREAD', [term('is', 'read', true), term('is', 'unread')]],
    ['has:attachment has:inlines', [term('has', 'attachments'), term('has', 'inline')]],
    ['is:tagged tag:"sign up"', [term('is', 'tagged'), term('tag', 'sign up')]],
    ['larger:2k smaller:1.5MB', [term('larger', '2048'), term('smaller', '1572864')]],
    ['larger:some', [term('text', 'larger:some')]],
    ['is:other', [term('text', 'is:other')]],
    ['constructor __proto__', [term('text', 'constructor'), term('text', '__proto__')]],
    ['http://a.test/x', [term('text', 'http://a.test/x')]],
    ['reply-to:x message-id:y', [term('reply-to', 'x'), term('message-id', 'y')]],
    ['addressed:x cc:y bcc:z', [term('addressed', 'x'), term('cc', 'y'), term('bcc', 'z')]],
    ['a - % "" b', [term('text', 'a'), term('text', 'b')]],
    ['"left open', [term('text', 'left open')]],
    ['before:2026-01-31', [term('before', String(Date.UTC(2026, 0, 31)))]],
  ])('reads %j', (text, terms) => expect(readSearch(text)).toEqual({ terms }))

  it.each([
    ['', 'no search query'],
    [' - ! % "" *', 'no search query'],
    ['to:', 'to: what to look for is missing'],
    ['subject:"" x', 'subject: what to look for is missing'],
    ['after:soon', 'after: a date such as 2026-01-31 is needed'],
    ['x'.repeat(2_001), 'the search is longer than 2000 characters'],
    ['a '.repeat(51), 'the search has more than 50 terms'],
  ])('finds no more than was asked for with %j: it is refused', (text, fault) =>
    expect(readSearch(text)).toEqual({ fault }),
  )

  it('reads every text, to terms that say what to look for or to a fault', () => {
    const piece = fc.oneof(
      fc.constantFrom('to:', '-', '!', '"', ' ', 'after:', 'is:', 'larger:', '1kb', ':', 'tag:a'),
      fc.string({ unit: 'binary', maxLength: 20 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.string(), (pieces, zone) => {
        const read = readSearch(pieces.join(''), zone)
        if ('fault' in read) return
        expect(read.terms.length).toBeGreaterThan(0)
        for (const { value } of read.terms) expect(value).not.toBe('')
      }),
    )
  })

  it('reads what was put in quotes as one term', () => {
    const word = fc.stringMatching(/^[a-z0-9@.]+( [a-z0-9@.]+){0,3}$/)
    fc.assert(
      fc.property(fc.constantFrom('to', 'subject', 'tag', 'cc'), word, (about, value) => {
        const isWord = /[a-z0-9]/.test(value)
        const read = readSearch(`${about}:"${value}"`)
        if (isWord) expect(read).toEqual({ terms: [term(about, value)] })
      }),
    )
  })
})

describe('a date in a search', () => {
  it.each([
    ['2026-01-31', '', '2026-01-31T00:00:00Z'],
    ['2026/1/5', '', '2026-01-05T00:00:00Z'],
    ['2026-01-31 12:30', '', '2026-01-31T12:30:00Z'],
    ['2026-01-31T12:30:00', '', '2026-01-31T12:30:00Z'],
    ['2026-01-31T12:30:00+02:00', 'Pacific/Auckland', '2026-01-31T10:30:00Z'],
    ['31 Jan 2026', '', '2026-01-31T00:00:00Z'],
    ['2026-01-31', 'Pacific/Auckland', '2026-01-30T11:00:00Z'],
    ['2026-07-01', 'America/New_York', '2026-07-01T04:00:00Z'],
    ['2026-01-31', 'No/Where', '2026-01-31T00:00:00Z'],
  ])('%j in %j is %s', (text, zone, time) => expect(inZone(text, zone)).toBe(Date.parse(time)))

  it.each(['', 'soon', '2026-13-01', '99'.repeat(50)])('%j is none', (text) =>
    expect(inZone(text, '')).toBeUndefined(),
  )
})
