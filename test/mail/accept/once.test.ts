import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asFirstAsked, beganBefore, isUnderWay, once } from '../../../mail/accept/once.ts'
import type { IdempotencyEntry } from '../../../mail/ports/idempotency.ts'
import { anEmail } from '../../conformance/email-samples.ts'
import { openPostern, type TestPostern } from '../../open-postern.ts'

const second = 1_000
const day = 24 * 3_600_000
const request = { key: 'order-1', bodyHash: 'aa' }
const other = { ...request, bodyHash: 'bb' }

/** What the work was called with: under which id, and whether it was the first to begin. */
type Call = readonly [id: string, isNew: boolean]

describe('a request under an Idempotency-Key', () => {
  let test: TestPostern
  let calls: Call[]
  let work: () => Promise<string | undefined>

  beforeEach(async () => {
    test = await openPostern()
    calls = []
    work = async () => undefined
  })
  afterEach(() => test.close())

  const ask = (id: string, { asked = request, owner = 'ann' } = {}) =>
    once(test.postern, { owner, id, request: asked }, (entry, isNew) => {
      calls.push([entry.id, isNew])
      return work()
    })

  /** Begins a request that never ends, as when its process dies. */
  const askAndDie = (id: string) =>
    new Promise<void>((begun) => {
      work = () => {
        begun()
        return new Promise(() => undefined)
      }
      void ask(id)
    }).then(() => {
      work = async () => undefined
    })

  const entryOf = (asked = request) => beganBefore(test.postern, 'ann', asked)

  it('is done once, and answered the same to every replay', async () => {
    const first = await ask('first')
    expect(first).toMatchObject({ kind: 'done', replayed: false, entry: { id: 'first' } })
    const again = await ask('second')
    expect(again).toMatchObject({ kind: 'done', replayed: true, entry: { id: 'first' } })
    expect(calls).toEqual([['first', true]])
  })

  it('remembers what it refused when it began', async () => {
    const faults = [{ field: 'to', rule: 'is required', kind: 'missing' }] as const
    const refused = [{ index: 3, why: { kind: 'invalid', faults } }] as const
    const begin = { owner: 'ann', id: 'first', request }
    await once(test.postern, { ...begin, refused }, work)
    expect(await once(test.postern, begin, work)).toMatchObject({ entry: { refused } })
  })

  it('is refused when the key belongs to another one, running or done', async () => {
    work = async () => {
      expect(await ask('within', { asked: other })).toEqual({ kind: 'conflict' })
      return undefined
    }
    await ask('first')
    expect(await ask('after', { asked: other })).toEqual({ kind: 'conflict' })
    expect(calls).toEqual([['first', true]])
  })

  it('of another caller has nothing to do with it', async () => {
    await ask('first')
    expect(await ask('bobs', { owner: 'bob' })).toMatchObject({ replayed: false })
    expect(calls).toEqual([
      ['first', true],
      ['bobs', true],
    ])
  })

  it('is not begun twice at once', async () => {
    work = async () => {
      expect(await ask('second')).toEqual({ kind: 'running' })
      return undefined
    }
    await ask('first')
    expect(calls).toEqual([['first', true]])
  })

  it('that died is continued under its id after 60 s, not earlier', async () => {
    await askAndDie('first')
    await test.clock.advance(60 * second - 1)
    expect(await ask('second')).toEqual({ kind: 'running' })
    await test.clock.advance(1)
    const end = await ask('third')
    expect(end).toMatchObject({ kind: 'done', replayed: true, entry: { id: 'first' } })
    expect(calls).toEqual([
      ['first', true],
      ['first', false],
    ])
    expect(await entryOf()).toMatchObject({ finished: true })
  })

  it('that could not be done says why, and is tried again without a wait', async () => {
    work = async () => 'no room'
    expect(await ask('first')).toBe('no room')
    expect(await entryOf()).toMatchObject({ id: 'first', finished: false, startedAt: 0 })
    work = async () => undefined
    expect(await ask('second')).toMatchObject({ kind: 'done', entry: { id: 'first' } })
    expect(calls).toEqual([
      ['first', true],
      ['first', false],
    ])
  })

  it('that threw throws the same, and is tried again without a wait', async () => {
    const trouble = new Error('disk full')
    work = () => Promise.reject(trouble)
    await expect(ask('first')).rejects.toBe(trouble)
    expect(await entryOf()).toMatchObject({ id: 'first', finished: false, startedAt: 0 })
    work = async () => undefined
    expect(await ask('second')).toMatchObject({ kind: 'done', entry: { id: 'first' } })
  })

  it('tells of its own trouble, not of that which followed', async () => {
    const trouble = new Error('disk full')
    work = () => {
      test.backend.close()
      return Promise.reject(trouble)
    }
    await expect(ask('first')).rejects.toBe(trouble)
  })

  it('is forgotten after 24 hours, not earlier', async () => {
    await ask('first')
    await test.clock.advance(day - 1)
    expect(await ask('second', { asked: other })).toEqual({ kind: 'conflict' })
    await test.clock.advance(1)
    expect(await ask('third', { asked: other })).toMatchObject({ replayed: false })
    expect(calls).toEqual([
      ['first', true],
      ['third', true],
    ])
  })

  describe('asked whether it began before', () => {
    it('is found running and done, but only if it asked for the same', async () => {
      await askAndDie('first')
      expect(await entryOf()).toMatchObject({ id: 'first', finished: false })
      expect(await entryOf(other)).toBeUndefined()
      await test.clock.advance(60 * second)
      await ask('second')
      expect(await entryOf()).toMatchObject({ id: 'first', finished: true })
    })

    it('is not begun by the question', async () => {
      expect(await entryOf()).toBeUndefined()
      expect(await entryOf(other)).toBeUndefined()
      expect(await ask('first')).toMatchObject({ replayed: false, entry: { id: 'first' } })
    })

    it('is read as of when it was first asked, also much later and after a failure', async () => {
      const began = test.clock.now()
      work = async () => 'no room'
      await ask('first')
      await test.clock.advance(23 * 3_600_000)
      const entry: IdempotencyEntry = (await entryOf())!
      expect(asFirstAsked(entry, (now) => now)).toBe(began)
    })
  })
})

it.each([
  [undefined, false],
  [anEmail({ revision: 1 }), false],
  [anEmail({ revision: 2 }), true],
])('an email is under way once something happened since it was written', (email, expected) => {
  expect(isUnderWay(email)).toBe(expected)
})
