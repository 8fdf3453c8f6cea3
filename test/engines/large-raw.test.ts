import { describe, expect, it } from 'vitest'
import { rawBody } from '../../engines/http/raw-body.ts'
import { withLf } from '../../mail/email/line-ends.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import { longestStopOf } from '../longest-stop.ts'

const parcel = { replyTo: [], headers: {}, tags: [] } as unknown as Parcel

function email(fields: string, body: string): Buffer {
  return Buffer.from(`From: a@b.cd\r\nSubject: x\r\nMIME-Version: 1.0\r\n${fields}\r\n\r\n${body}`)
}

const text = 'a line of so many letters here\r\n'.repeat(700_000)
const quoted = '<p>Gr=C3=BC=C3=9Fe</p> and more of such text up to the seventieth=\r\n'
const encoding = 'Content-Transfer-Encoding: quoted-printable'

describe('a raw email of 20 MB, for an engine', () => {
  it.each([
    ['in many lines', email('Content-Type: text/plain', text)],
    [
      'quoted',
      email(`Content-Type: text/html; charset=utf-8\r\n${encoding}`, quoted.repeat(300_000)),
    ],
  ])('%s is taken apart without a stop of a quarter of a second', async (_, mime) => {
    const stop = await longestStopOf(() => rawBody(mime, parcel))
    expect(stop).toBeLessThan(250)
  })

  it('gets Unix line ends within a quarter of a second, were it nothing but those', async () => {
    const mime = Buffer.from('\r\n'.repeat(10_000_000))
    let lines = 0
    const stop = await longestStopOf(async () => (lines = withLf(mime).length))
    expect(lines).toBe(10_000_000)
    expect(stop).toBeLessThan(250)
  })
})
