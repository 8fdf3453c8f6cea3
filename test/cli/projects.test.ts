import { expect, it, onTestFinished } from 'vitest'
import { startHere } from './run-command.ts'

async function start(env: Record<string, string> = {}) {
  const postern = await startHere({ env })
  onTestFinished(() => postern.stop())
  return postern
}

const email = ['--from', 'a@own.test', '--to', 'b@there.test', '--subject', 'Hi', '--text', 'x']

it('projects are added, worked in by name, and removed once nothing of them waits', async () => {
  const { run, postern } = await start()
  expect(await run('projects', 'add', 'shop')).toMatchObject({ code: 0, out: 'added shop\n' })
  expect(await run('projects', 'add', 'shop')).toMatchObject({ code: 1 })
  expect(await run('projects', 'add', 'The Shop')).toMatchObject({ code: 2 })
  expect(await run('projects', 'add', 'constructor')).toMatchObject({ code: 0 })
  expect((await run('projects', 'list')).out).toMatch(/default[^]*shop[^]*constructor/)
  expect(await run('--project', 'shop', 'send', ...email)).toMatchObject({ code: 0 })
  const listed = async () => (await postern.emails.list({ scope: 'shop', limit: 1 })).data[0]
  await expect.poll(async () => (await listed())?.state).toBe('captured')
  const sent = await listed()
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

it('shows what each project has waiting and settled; of a named one only that', async () => {
  const { run, postern } = await start({ POSTERN_DEFAULTS: '{"projects":{"shop":{},"blog":{}}}' })
  await run('--project', 'shop', 'send', ...email)
  await expect.poll(async () => (await postern.captures.count('shop')).total).toBe(1)
  const listOf = async (...words: string[]) => {
    const { data } = JSON.parse((await run(...words, '--json', 'projects', 'list')).out) as {
      data: { name: string; counts: { settled: object } }[]
    }
    return data.map(({ name, counts }) => [name, counts.settled])
  }
  const shop = ['shop', { captured: 1 }]
  await expect.poll(() => listOf()).toEqual([['default', {}], shop, ['blog', {}]])
  expect(await listOf('--project', 'shop')).toEqual([shop])
})

it('a project of the deployment is removed there alone', async () => {
  const { run } = await start({ POSTERN_DEFAULTS: '{"projects":{"shop":{}}}' })
  const { code, err } = await run('projects', 'remove', 'shop')
  expect([code, err]).toEqual([1, expect.stringContaining('where Postern is deployed')])
})
