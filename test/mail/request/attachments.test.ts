import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { faultsOf, plainBody, requestOf } from '../compose/composing.ts'
import { cpuClock } from '../../cpu-clock.ts'

function attachmentOf(wire: unknown, html?: string) {
  const { content } = requestOf({ ...plainBody, html, attachments: [wire] })
  if (content.kind !== 'structured') throw new Error('structured content was given')
  return content.attachments[0]!
}

function faultOf(wire: unknown, html?: string) {
  return faultsOf({ ...plainBody, html, attachments: [wire] }).map(({ field, kind }) => [
    field,
    kind,
  ])
}

describe('the content of an attachment', () => {
  const bytes = fc.uint8Array({ maxLength: 100 }).map((all) => Buffer.from(all))

  it('comes through in every form that an SDK gives it', () => {
    fc.assert(
      fc.property(bytes, (bytes) => {
        const base64 = bytes.toString('base64')
        const forms = [
          base64,
          base64.replace(/=+$/, ''),
          bytes.toString('base64url'),
          base64.replace(/.{10}/g, '$&\r\n'),
          bytes.toJSON(),
          [...bytes],
        ]
        for (const content of forms)
          expect(attachmentOf({ filename: 'a', content }).content).toBe(base64)
      }),
    )
  })

  it.each([
    'not base64!',
    'aaaaa',
    'YQ==YQ==',
    'é',
    'hello world',
    'helloworld',
    'name,email\nAnn,ann@there.test\n',
    'one two',
    'a+b-c',
  ])('%j is no base64: it is the text itself', (content) => {
    const { content: kept } = attachmentOf({ filename: 'a.txt', content })
    expect(Buffer.from(kept, 'base64').toString()).toBe(content)
  })

  it('may be bytes in decimal text', () => {
    for (const content of [
      ['72', '105', '0', '255'],
      { type: 'Buffer', data: ['72', 105, '0', 255] },
      { type: 'Buffer', data: 'SGkA/w==' },
    ])
      expect(attachmentOf({ filename: 'a', content }).content).toBe('SGkA/w==')
  })

  it.each([
    7,
    true,
    { type: 'Buffer' },
    { type: 'Buffer', data: 'no base64' },
    { type: 'Buffer', data: [256] },
    [0, -1],
    [1.5],
    ['a'],
    ['256'],
    ['-1'],
    ['1', ' 2'],
  ])('%j is refused', (content) => {
    expect(faultOf({ filename: 'a', content })).toEqual([['attachments.0.content', 'attachment']])
  })

  it('is somewhere, in one place', () => {
    const upload = '01890000-0000-7000-8000-000000000000'
    for (const more of [{ path: 'https://b.cd/a' }, { content: '' }])
      expect(faultOf({ filename: 'a', upload, ...more })).toEqual([
        ['attachments.0.upload', 'attachment'],
      ])
    expect(faultOf({ filename: 'a', path: 7 })).toEqual([['attachments.0.path', 'attachment']])
    expect(faultOf({ filename: 'a', upload: 'x' })).toEqual([
      ['attachments.0.upload', 'attachment'],
    ])
    expect(faultOf({ filename: 'a' })).toEqual([['attachments.0', 'attachment']])
  })
})

describe('an attachment', () => {
  it('has a type by its name where none is given', () => {
    const typeOf = (filename?: string) => attachmentOf({ filename, content: '' }).contentType
    expect(typeOf('Rechnung.final.PDF')).toBe('application/pdf')
    expect(typeOf('a.png')).toBe('image/png')
    expect(typeOf('README')).toBe('application/octet-stream')
    expect(typeOf()).toBe('application/octet-stream')
  })

  it.each(['content_type', 'contentType'])('may say its type as %s', (key) => {
    for (const type of ['text/csv; charset=utf-8', 'application/vnd.x+json', 'a/b; c="d e"'])
      expect(attachmentOf({ filename: 'a', content: '', [key]: type }).contentType).toBe(type)
  })

  it.each(['content_id', 'contentId', 'inline_content_id'])('may be inline by %s', (key) => {
    const html = '<img src="cid:logo@a">'
    expect(attachmentOf({ content: '', [key]: 'logo@a' }, html)).toMatchObject({
      filename: 'attachment',
      contentId: 'logo@a',
    })
  })

  it.each([
    ['<img src="cid:logo">', 'logo', true],
    ["<img src='CID:logo'>", 'logo', true],
    ['<img src=cid:a%20b@c>', 'a b@c', undefined],
    ['<i style="background:url(cid:logo)">', 'logo', true],
    ['<img src="cid:a%2Fb">', 'a/b', true],
    ['<img src="cid:logo">', '<logo>', true],
    ['<img src="cid:logo2">', 'logo', false],
    ['logo', 'logo', false],
    ['<p>The invoice is attached.', 'inv-1', false],
    [undefined, 'My Logo.png', false],
    ['<img src="cid:other">', 'My Logo.png', false],
    ['<img src="cid:My Logo.png">', 'My Logo.png', undefined],
  ])('in %s with the id %s is shown in place: %s', (html, content_id, isShown) => {
    const wire = { filename: 'a.pdf', content: 'YQ==', content_id }
    if (isShown === undefined)
      expect(faultOf(wire, html)).toEqual([['attachments.0.content_id', 'attachment']])
    else
      expect(attachmentOf(wire, html).contentId).toBe(
        isShown ? content_id.replace(/[<>]/g, '') : undefined,
      )
  })

  it('takes what is empty for absent', () => {
    const empty = { filename: '', content_type: '', content_id: '', path: null, upload: '' }
    expect(attachmentOf({ content: '', ...empty })).toEqual(attachmentOf({ content: '' }))
  })

  it.each([
    'text/plain; charset=iso-8859-1',
    'text/calendar; charset=utf-8; method=REQUEST',
    'application/pdf; name="a b.pdf"',
  ])('keeps the parameters of its type: %s', (type) => {
    expect(attachmentOf({ filename: 'a', content: '', content_type: type }).contentType).toBe(type)
  })

  it.each<[string, object]>([
    ['content_type', { content_type: 'text' }],
    ['content_type', { content_type: 'text/html\r\nBcc: a@b.cd' }],
    ['content_type', { content_type: `text/${'x'.repeat(300)}` }],
    ['content_type', { content_type: 7 }],
    ['content_id', { content_id: 'a\r\nb' }],
    ['content_id', { content_id: 7 }],
    ['filename', { filename: 'a\nb' }],
    ['filename', { filename: 'a\u2028b' }],
    ['filename', { filename: 'x'.repeat(256) }],
    ['filename', { filename: ['a'] }],
  ])('is refused for its %s: %j', (field, part) => {
    const wire = { filename: 'a', content: 'YQ==', ...part }
    expect(faultOf(wire)).toEqual([[`attachments.0.${field}`, 'attachment']])
  })

  it.each([null, 'YQ==', 7, [1, 2]])('that is %j is refused', (wire) => {
    expect(faultOf(wire)[0]).toMatchObject([expect.stringMatching(/^attachments\.0/), 'attachment'])
  })

  it('is one of a hundred at most, and each is named in its fault', () => {
    const good = { filename: 'a', content: '' }
    const attachments = [...Array<object>(98).fill(good), { content: 7 }, { filename: 7 }]
    expect(faultsOf({ ...plainBody, attachments }).map(({ field }) => field)).toEqual([
      'attachments.98.content',
      'attachments.99.filename',
    ])
    const tooMany = faultsOf({ ...plainBody, attachments: Array<object>(101).fill(good) })
    expect(tooMany).toMatchObject([{ field: 'attachments', kind: 'attachment' }])
  })

  it.each([
    ['base64', 'A'.repeat(10_000_000)],
    ['equals signs', '='.repeat(10_000_000)],
    ['blanks', ' '.repeat(10_000_000)],
    ['numbers', Array<number>(1_000_000).fill(1)],
  ])('of megabytes of %s is judged in linear time', (_, content) => {
    const spent = cpuClock()
    faultOf({ filename: 'a', content })
    // Some ten milliseconds; quadratic work on ten megabytes takes hours.
    expect(spent()).toBeLessThan(5_000)
  })
})
