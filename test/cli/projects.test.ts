import { expect, it, onTestFinished } from 'vitest'
import { startHere } from './run-command.ts'

async function start() {
  const postern = await startHere()
  onTestFinished(() => postern.stop())
  return postern
}

const email = ['--from', 'a@own.test', '--to', 'b@there.test', '--subject', 'Hi', '--text', 'x']

it('projects are added, worked in by name, and removed once nothing of them waits', async () => {
  const { run, postern } = await start()
  expect(await run('projects', 'add', 'shop')).toMatchObject({ code: 0, out: 'added shop\n' })
  expect(await run('projects', 'add', 'shop')).toMatchObject({ code: 1 })
  expect(await run('projects', 'add', 'The Shop')).toMatchObject({ code: 2 })
  expect((await run('projects', 'list')).out).toMatch(/default[^]*shop/)
  expect(await run('--project', 'shop', 'send', ...email)).toMatchObject({ code: 0 })
  const [sent] = (await postern.emails.list({ scope: 'shop', limit: 1 })).data
  const listIn = async (...words: string[]) => (await run(...words, 'emails', 'list')).out
  expect(await listIn('--project', 'shop')).toContain(sent!.id)
  expect(await listIn()).not.toContain(sent!.id)
  expect(await listIn('--project', '*')).toContain(sent!.id)
  expect((await run('--project', 'none', 'emails', 'list')).err).toContain('no project')
  await postern.emails.create({ ...sent!, id: crypto.randomUUID(), state: 'held' })
  const refused = await run('projects', 'remove', 'shop')
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('projects.shop')])
  const [held] = (await postern.emails.list({ scope: 'shop', state: 'held', limit: 1 })).data
  await postern.emails.change(held!, { state: 'canceled' })
  expect(await run('projects', 'remove', 'shop')).toMatchObject({ code: 0 })
  expect((await run('--project', 'shop', 'emails', 'list')).code).toBe(1)
  expect(await run('projects', 'remove', 'default')).toMatchObject({ code: 1 })
})
