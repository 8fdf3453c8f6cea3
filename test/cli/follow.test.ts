import { describe, expect, it } from 'vitest'
import { followed } from '../../cli/follow.ts'

/** A list of ids that grows while it is followed, in pages of two. */
function list() {
  const ids: string[] = []
  const ask = (after?: string) => {
    const older = ids
      .toSorted()
      .toReversed()
      .filter((id) => after === undefined || id < after)
    const data = older.slice(0, 2).map((id) => ({ id }))
    return Promise.resolve({ data, has_more: older.length > 2 })
  }
  return { ids, ask }
}

describe('following a list', () => {
  it('shows its first page, oldest first, then each that comes once, also more than a page', async () => {
    const { ids, ask } = list()
    ids.push('1', '2', '3')
    const coming = [['4'], [], ['5', '6', '7', '8', '9']]
    const items = followed(ask, async () => void ids.push(...(coming.shift() ?? [])))
    const seen: string[] = []
    while (seen.length < 8) seen.push((await items.next()).value.id)
    expect(seen).toEqual(['2', '3', '4', '5', '6', '7', '8', '9'])
  })

  it('begins with what comes where there is none yet', async () => {
    const { ids, ask } = list()
    const items = followed(ask, async () => void ids.push(String(ids.length + 1)))
    const seen = [await items.next(), await items.next(), await items.next()]
    expect(seen.map(({ value }) => value.id)).toEqual(['1', '2', '3'])
  })
})
