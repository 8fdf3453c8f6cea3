import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../backends/local/database.ts'
import { groupCommit, type Store } from '../../../backends/local/group-commit.ts'
import { sqliteStrays } from '../../../backends/local/strays.ts'
import { idOf } from '../../../mail/email/id.ts'
import { aStray, testStrays } from '../../conformance/strays.ts'
import { temporaryBackend, temporaryDirectory } from './temporary.ts'

testStrays('SQLite', async () => {
  const { backend, close } = temporaryBackend()
  return { strays: backend.strays, close }
})

describe('SQLite: many strays', () => {
  const { path, remove } = temporaryDirectory()
  let store: Store
  beforeEach(() => void (store = groupCommit(openDatabase(path))))
  afterEach(() => {
    store.close()
    remove()
  })

  it('give way, the oldest first, and never one that is proven to one that is not', async () => {
    const strays = sqliteStrays(store, 2)
    const proven = { ...aStray(1), emailId: idOf('ours', 1) }
    await strays.keep(proven, Buffer.from('x'))
    for (const at of [2, 3, 4, 5]) await strays.keep(aStray(at), Buffer.from('x'))
    const { data } = await strays.list({ limit: 10 })
    expect(data.map(({ at }) => at)).toEqual([5, 4, 1])
  })
})
