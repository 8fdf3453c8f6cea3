import { describe, expect, it } from 'vitest'
import { answeredTooSoon } from '../../../bench/crash-points/order.ts'

const write = '10  pwrite64(22</data/postern.sqlite-wal>, "..id-1..the text..", 4096, 56) = 4096'
const sync = '10  fsync(22</data/postern.sqlite-wal>) = 0'
const answer =
  '10  write(30<socket:[4711]>, "HTTP/1.1 200 OK\\r\\n\\r\\n{\\"id\\":\\"id-1\\"}", 60) = 60'

describe('the order of calls', () => {
  it('is right when write, sync and answer follow each other', () => {
    expect(tooSoon(write, sync, answer)).toEqual([])
    // The log is synced again for others, and the page written again.
    expect(tooSoon(write, sync, write, answer, sync)).toEqual([])
  })

  it.each([
    ['the answer leaves before the sync', [write, answer, sync]],
    ['the sync comes before the write', [sync, write, answer]],
    ['the sync fails', [write, sync.replace('= 0', '= -1 EIO (Input/output error)'), answer]],
    ['another file is synced', [write, sync.replace('-wal', ''), answer]],
    ['a mark is never written', [write.replace('the text', ''), sync, answer]],
    ['the answer is not there', [write, sync]],
  ])('is wrong when %s', (_why, calls) => {
    expect(tooSoon(...calls)).toEqual(['id-1'])
  })

  it('counts a sync when it returned and an answer when it began, whatever other threads do', () => {
    const begun = '10  fsync(22</data/postern.sqlite-wal> <unfinished ...>'
    const returned = '10  <... fsync resumed>) = 0'
    expect(tooSoon(write, begun, '11  futex(0x1) = 0', returned, answer)).toEqual([])
    expect(tooSoon(write, begun, answer, returned)).toEqual(['id-1'])
    const began = `${answer.replace(/\) = 60$/, '')} <unfinished ...>`
    expect(tooSoon(write, began, sync, '10  <... write resumed>) = 60')).toEqual(['id-1'])
  })
})

function tooSoon(...calls: string[]): string[] {
  return answeredTooSoon(calls.join('\n'), [{ id: 'id-1', marks: ['the text'] }]).map(
    ({ id }) => id,
  )
}
