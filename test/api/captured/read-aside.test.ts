import { Worker } from 'node:worker_threads'
import { describe, expect, it, vi } from 'vitest'
import { readCapture } from '../../../api/captured/capture-view.ts'
import { readAside, readInThread } from '../../../api/captured/read-aside.ts'
import { threadClock } from '../../cpu-clock.ts'

const header =
  'From: Ann <ann@a.test>\r\nTo: bob@b.test\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n'

function emailOf(body: string, fields = ''): Buffer {
  return Buffer.from(`${header}${fields}\r\n${body}`, 'latin1')
}

const multipart = 'Content-Type: multipart/mixed; boundary=b\r\n'
const filled = (piece: string, length: number) => piece.repeat(Math.ceil(length / piece.length))

/** How long this thread worked, in milliseconds, and the longest that nothing else could run. */
async function costOf<T>(work: () => Promise<T>) {
  const spent = threadClock()
  const result = await work()
  return { result, ms: spent() }
}

describe('a large captured email', () => {
  it('is the same as read at once, its files included', async () => {
    const file = `Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${filled('AQIDBAUG\r\n', 400_000)}`
    const eml = emailOf(
      `--b\r\n\r\nYour code is 481516\r\n--b\r\n${file}\r\n--b\r\nContent-Type: text/html\r\n\r\n<a href="https://a.test/x">x</a>\r\n--b--`,
      multipart,
    )
    expect(await readAside(eml)).toEqual(await readCapture(eml))
    expect((await readAside(eml)).view.codes).toEqual(['481516'])
    // Reading took a copy: the email can be read again.
    expect(eml.subarray(0, 4).toString()).toBe('From')
  })

  it.each([
    ['1 MB of line ends', () => emailOf(filled('\r\n', 1e6)), null],
    ['4 MB of line feeds', () => emailOf(filled('\n', 4e6)), null],
    ['39 MB of line feeds', () => emailOf(filled('\n', 39e6)), 'bytes of text'],
    ['a flood of fields', () => Buffer.from(filled('X-A: b\r\n', 39e6)), 'bytes of header'],
    ['100,000 parts', () => emailOf('--b\r\n\r\nx\r\n'.repeat(100_000), multipart), '1000 parts'],
    [
      'parts inside each other without end',
      () =>
        Buffer.from(
          Array.from(
            { length: 50_000 },
            (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`,
          ).join(''),
        ),
      'inside each other',
    ],
    [
      '20 MB of tables in tables',
      () => emailOf(filled('<table><tr><td>', 20e6), 'Content-Type: text/html\r\n'),
      'bytes of text',
    ],
  ])('of %s leaves the event loop free, and says what is left out', async (_, make, reason) => {
    const eml = make()
    const { result, ms } = await costOf(() => readAside(eml))
    if (reason === null) expect(result.view.malformed).toBeNull()
    else expect(result.view.malformed).toContain(reason)
    expect(ms).toBeLessThan(500)
  })

  it('is shown as its source where it takes more memory or time than it may', async () => {
    const eml = emailOf(filled('word ', 3e6))
    const small = await readInThread(eml, { memory: 4, ms: 10_000 })
    expect(small.view).toMatchObject({
      text: expect.stringContaining('Subject: =?utf-8?q?Gr') as string,
      malformed: 'taking it apart needs more than 4 MB of memory',
    })
    const ended = vi.spyOn(Worker.prototype, 'terminate')
    const short = await readInThread(eml, { memory: 256, ms: 1 })
    // Or it would go on in vain.
    expect(ended).toHaveBeenCalledOnce()
    expect(short.view.malformed).toBe('taking it apart takes longer than 0.001 s')
    expect(short.files).toEqual([])
  })

  it('waits for others, and too many are refused', async () => {
    const eml = emailOf(filled('word ', 300_000))
    const asked = Array.from({ length: 10 }, () => readAside(eml))
    const settled = await Promise.allSettled(asked)
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(8)
    expect((await readAside(eml)).view.text).toContain('word')
  })
})
