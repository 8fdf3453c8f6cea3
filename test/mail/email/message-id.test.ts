import { describe, expect, it } from 'vitest'
import { keptMessageId } from '../../../mail/email/message-id.ts'

describe('a Message-ID that an application chose', () => {
  it.each([
    ['<ticket-42.1@desk.example.com>', '<ticket-42.1@desk.example.com>'],
    [' <a@b> ', '<a@b>'],
    ['a/b+c=$d@[192.0.2.1]', '<a/b+c=$d@[192.0.2.1]>'],
    ["<0!#$%&'*+-/=?^_`{|}~@host>", "<0!#$%&'*+-/=?^_`{|}~@host>"],
    [`<${'a'.repeat(898)}@b>`, `<${'a'.repeat(898)}@b>`],
  ])('%s is kept', (text, kept) => {
    expect(keptMessageId(text)).toBe(kept)
  })

  it.each([
    '',
    '<>',
    'ticket-42',
    '<@b>',
    '<a@>',
    '<a@b@c>',
    '<a@b> <c@d>',
    '<a@b>\r\nBcc: c@d',
    '<a b@c>',
    '<a@b>x',
    '<a@b',
    '<é@b>',
    '<a(c)@b>',
    '<"a"@b>',
    '<a,b@c>',
    `<${'a'.repeat(899)}@b>`,
  ])('%j is not', (text) => {
    expect(keptMessageId(text)).toBeUndefined()
  })
})
