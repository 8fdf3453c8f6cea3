import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DeadLetters } from '../../mail/ports/dead-letters.ts'
import type { Queue } from '../../mail/ports/queue.ts'
import { aJob } from './queue.ts'

export interface DeadLettersHarness {
  /** The queue whose jobs are buried here. */
  readonly queue: Queue
  readonly deadLetters: DeadLetters
  /** Lets a list that lags behind catch up. */
  settle?(): Promise<void>
  close(): void | Promise<void>
}

/** What every place for jobs that were given up must do. */
export function testDeadLetters(name: string, open: () => Promise<DeadLettersHarness>) {
  describe(`${name}: dead letters`, () => {
    let harness: DeadLettersHarness
    let deadLetters: DeadLetters
    beforeEach(async () => {
      harness = await open()
      deadLetters = harness.deadLetters
    })
    afterEach(() => harness.close())

    async function bury(reason: string) {
      const job = aJob()
      await harness.queue.bury(job, reason)
      await harness.settle?.()
      return job
    }

    it('is empty at first', async () => {
      expect(await deadLetters.list({ scope: '*', limit: 10 })).toEqual({
        data: [],
        hasMore: false,
      })
      expect(await deadLetters.get('none', '*')).toBeUndefined()
      expect(await deadLetters.remove('none', '*')).toBe(false)
    })

    it('names the email, the reason and the time of what was buried', async () => {
      const { id } = await bury('out of time: 4.2.1 „später“')
      const [letter] = (await deadLetters.list({ scope: '*', limit: 10 })).data
      expect(letter).toMatchObject({ emailId: id, reason: 'out of time: 4.2.1 „später“' })
      expect(letter!.at).toBeGreaterThan(0)
      expect(await deadLetters.get(letter!.id, '*')).toEqual(letter)
    })

    it('lists newest first, page by page', async () => {
      for (const reason of ['1', '2', '3']) await bury(reason)
      const first = await deadLetters.list({ scope: '*', limit: 2 })
      expect(first.data.map(({ reason }) => reason)).toEqual(['3', '2'])
      expect(first.hasMore).toBe(true)
      const second = await deadLetters.list({ scope: '*', limit: 2, after: first.data[1]!.id })
      expect(second.data.map(({ reason }) => reason)).toEqual(['1'])
      expect(second.hasMore).toBe(false)
    })

    it('removes one and leaves the others', async () => {
      await bury('1')
      await bury('2')
      const [newest, oldest] = (await deadLetters.list({ scope: '*', limit: 10 })).data
      expect(await deadLetters.remove(newest!.id, '*')).toBe(true)
      expect(await deadLetters.remove(newest!.id, '*')).toBe(false)
      await harness.settle?.()
      expect((await deadLetters.list({ scope: '*', limit: 10 })).data).toEqual([oldest])
    })
  })
}
