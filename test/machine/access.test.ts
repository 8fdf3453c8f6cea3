import { expect, it, onTestFinished } from 'vitest'
import { makeFirstKey } from '../../machine/access.ts'
import { openPostern } from '../open-postern.ts'

it('the first key is shown before it opens anything: a crash leaves none that no one was told', async () => {
  const test = await openPostern()
  onTestFinished(() => test.close())
  const { postern } = test
  const crash = () => {
    throw new Error('killed')
  }
  await expect(makeFirstKey(postern, crash)).rejects.toThrow('killed')
  expect(await postern.keys.list('*')).toEqual([])

  const shown: string[] = []
  await makeFirstKey(postern, (token) => shown.push(token))
  await makeFirstKey(postern, (token) => shown.push(token))
  expect(shown).toHaveLength(1)
  expect(await postern.keys.list('*')).toHaveLength(1)
})
