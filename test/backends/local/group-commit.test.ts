import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { groupCommit, type Store } from '../../../backends/local/group-commit.ts'
import { temporaryDirectory } from './temporary.ts'

describe('group commit', () => {
  let store: Store
  let reader: DatabaseSync
  let remove: () => void
  beforeEach(() => {
    const directory = temporaryDirectory()
    remove = directory.remove
    const file = `${directory.path}/test.sqlite`
    const db = new DatabaseSync(file)
    db.exec(`PRAGMA journal_mode = WAL; CREATE TABLE rows (id INTEGER PRIMARY KEY, bytes BLOB);
      CREATE TABLE promises (id REFERENCES rows (id) DEFERRABLE INITIALLY DEFERRED)`)
    store = groupCommit(db)
    reader = new DatabaseSync(file)
  })
  afterEach(() => {
    reader.close()
    store.close()
    remove()
  })

  const insert = (id: number, bytes = new Uint8Array()) =>
    store.write(() => {
      store.sql('INSERT INTO rows VALUES (?, ?)').run(id, bytes)
      return id
    })
  /** As another connection sees them: what is committed. */
  const ids = () =>
    reader
      .prepare('SELECT id FROM rows ORDER BY id')
      .all()
      .map((row) => row['id'])
  const outcomes = async (writes: Promise<unknown>[]) =>
    (await Promise.allSettled(writes)).map(({ status }) => status)

  it('answers with what the work returned, after others can see it', async () => {
    expect(await insert(7)).toBe(7)
    expect(ids()).toEqual([7])
  })

  it('answers no caller before the one commit of all that came together', async () => {
    const seen = [1, 2, 3].map((id) => insert(id).then(ids))
    expect(ids()).toEqual([])
    expect(await Promise.all(seen)).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ])
  })

  it('does works in the order in which they were asked for', async () => {
    const order: number[] = []
    await Promise.all([1, 2, 3].map((n) => store.write(() => order.push(n))))
    expect(order).toEqual([1, 2, 3])
  })

  it('undoes and rejects a work that throws, alone', async () => {
    const writes = [
      insert(1),
      store.write(() => {
        store.sql('INSERT INTO rows VALUES (?, NULL)').run(2)
        throw new Error('changed its mind')
      }),
      insert(1),
      insert(3),
    ]
    expect(await outcomes(writes)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    expect(ids()).toEqual([1, 3])
  })

  it('rejects all when the commit fails, keeps none of them, and works again', async () => {
    const broken = store.write(() => store.sql('INSERT INTO promises VALUES (99)').run())
    expect(await outcomes([insert(1), broken, insert(2)])).toEqual([
      'rejected',
      'rejected',
      'rejected',
    ])
    expect(ids()).toEqual([])
    expect(await insert(3)).toBe(3)
    expect(ids()).toEqual([3])
  })

  it('rejects what a full disk does not take, loses nothing it said yes to, and recovers', async () => {
    await insert(1)
    const { page_count } = store.sql('PRAGMA page_count').get() as { page_count: number }
    store.sql(`PRAGMA max_page_count = ${page_count + 50}`).get()
    const accepted: number[] = []
    const writes = Array.from({ length: 40 }, (_, n) =>
      insert(n + 2, new Uint8Array(20_000)).then((id) => accepted.push(id)),
    )
    expect(await outcomes(writes)).toContain('rejected')
    expect(ids()).toEqual([1, ...accepted])
    store.sql('PRAGMA max_page_count = 100000').get()
    await insert(100, new Uint8Array(20_000))
    expect(ids()).toEqual([1, ...accepted, 100])
  })

  it('rejects writes while the database is read-only, and works again after', async () => {
    store.sql('PRAGMA query_only = 1').get()
    await expect(insert(1)).rejects.toThrow('readonly')
    store.sql('PRAGMA query_only = 0').get()
    await insert(2)
    expect(ids()).toEqual([2])
  })

  it('splits what is too much for one transaction, and does all of it', async () => {
    const writes = Array.from({ length: 2_500 }, (_, id) => insert(id))
    await writes[0]
    expect(ids().length).toBeLessThanOrEqual(1_000)
    await Promise.all(writes)
    expect(ids()).toHaveLength(2_500)
  })

  it('lets others have their turn after a long work', async () => {
    const seenByFirst = store
      .write(() => {
        for (const end = performance.now() + 30; performance.now() < end;);
      })
      .then(ids)
    await insert(1)
    expect(await seenByFirst).toEqual([])
  })

  it('lets what can wait go with the next transaction, in its order, or alone later', async () => {
    const soon = store.writeSoon(() => store.sql('INSERT INTO rows VALUES (1, NULL)').run())
    const turns = Array.from({ length: 10 }, () => new Promise((done) => setImmediate(done)))
    await Promise.all(turns)
    expect(ids()).toEqual([])
    await insert(2)
    expect(ids()).toEqual([1, 2])
    await soon
    await store.writeSoon(() => store.sql('INSERT INTO rows VALUES (3, NULL)').run())
    expect(ids()).toEqual([1, 2, 3])
  })

  it('commits what waits when it is closed, and takes nothing after', async () => {
    const waiting = insert(1)
    store.close()
    store.close()
    expect(await waiting).toBe(1)
    expect(ids()).toEqual([1])
    await expect(insert(2)).rejects.toThrow('closed')
  })
})
