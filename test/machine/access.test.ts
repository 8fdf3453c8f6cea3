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
  const [key, ...more] = await postern.keys.list('*')
  expect(more).toEqual([])
  const { data } = await postern.audit.list({ scope: '*', limit: 9 })
  const made = { action: 'key.created', outcome: 'done', about: key!.id, by: { actor: 'start' } }
  expect(data).toMatchObject([made])
})

it('the first key has a line before it is there: a crash leaves no key without one', async () => {
  const test = await openPostern()
  onTestFinished(() => test.close())
  const { postern } = test
  const crash = () => Promise.reject(new Error('killed'))
  const keys = { ...postern.keys, create: crash }
  await expect(makeFirstKey({ ...postern, keys }, () => undefined)).rejects.toThrow('killed')
  const { data } = await postern.audit.list({ scope: '*', limit: 9 })
  expect(data).toMatchObject([{ action: 'key.created', outcome: 'begun', by: { actor: 'start' } }])
})
