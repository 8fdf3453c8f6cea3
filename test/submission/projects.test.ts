import nodemailer from 'nodemailer'
import { expect, it, onTestFinished } from 'vitest'
import { makeApiKey } from '../../mail/keys/api-keys.ts'
import { serveSmtp } from '../../submission/server.ts'
import { smtpSteps } from '../../submission/session.ts'
import { spoolIn } from '../../submission/spool.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'
import { openPostern } from '../open-postern.ts'

async function serve(projects: object) {
  const test = await openPostern({ settings: { from: { address: 'a@own.test' }, projects } })
  const { postern } = test
  const spool = spoolIn(temporaryDirectory(), 50_000_000)
  const steps = smtpSteps(postern, { access: 'open', needsTls: false, spool })
  const place = { port: 0, host: '127.0.0.1', implicitTls: false, needsTls: false }
  const server = await serveSmtp(steps, { ...place, log: () => undefined })
  onTestFinished(async () => {
    await server.close()
    await test.close()
  })
  /** The project of what such a login sends, or why it is refused. */
  async function projectOf(user: string, pass: string): Promise<string> {
    const id = await idOf(user, pass)
    return (await postern.emails.get(id, '*'))?.project ?? id
  }
  async function idOf(user: string, pass: string, headers = {}): Promise<string> {
    const transport = nodemailer.createTransport({
      ...{ host: '127.0.0.1', port: server.port, ignoreTLS: true, auth: { user, pass } },
    })
    const email = { from: 'a@own.test', to: 'b@there.test', subject: 'Hi', text: 'x', headers }
    try {
      const { response } = await transport.sendMail(email)
      return response.split(' ').at(-1)!
    } catch (error) {
      return (error as Error).message
    }
  }
  async function addKey(project: string): Promise<string> {
    const full = { permission: 'full_access', capture: false } as const
    const { key, token } = makeApiKey({ name: 'k', project, ...full }, 0)
    await postern.keys.create(key)
    return token
  }
  return { projectOf, idOf, addKey, postern }
}

it('without a key the user name names the project; one that is none is refused, listing none', async () => {
  const { projectOf } = await serve({ shop: {} })
  expect(await projectOf('shop', 'x')).toBe('shop')
  for (const name of ['default', 'resend', 'apikey'])
    expect(await projectOf(name, 'x')).toBe('default')
  const refusal = await projectOf('none', 'x')
  expect(refusal).toContain('535 5.7.8')
  expect(refusal).not.toContain('shop')
})

it('without projects any user name will do', async () => {
  const { projectOf } = await serve({})
  expect(await projectOf('anything', 'x')).toBe('default')
})

it('a key sends in its project whatever the user name; with one of all that may name another', async () => {
  const { projectOf, addKey } = await serve({ shop: {}, blog: {} })
  const [all, shop, gone] = [await addKey('*'), await addKey('shop'), await addKey('gone')]
  expect(await projectOf('resend', shop)).toBe('shop')
  expect(await projectOf('blog', shop)).toBe('shop')
  expect(await projectOf('blog', all)).toBe('blog')
  expect(await projectOf('resend', all)).toBe('default')
  expect(await projectOf('resend', gone)).toContain('535 5.7.8')
})

it('over SMTP too each project has its own emails, captures, counts and Idempotency-Keys', async () => {
  const { idOf, addKey, postern } = await serve({ shop: {}, blog: {} })
  const [all, shop, blog] = [await addKey('*'), await addKey('shop'), await addKey('blog')]
  const headers = { 'Resend-Idempotency-Key': 'k' }
  const first = await idOf('resend', shop, headers)
  const before = await seenIn('shop')
  const others = [await idOf('shop', blog, headers), await idOf('blog', all, headers)]
  expect(others).not.toContain(first)
  expect(await seenIn('shop')).toEqual(before)
  expect(await idOf('resend', shop, headers)).toBe(first)
  for (const id of others) expect(await postern.emails.get(id, 'shop')).toBeUndefined()
  expect(await postern.emails.get(first, 'blog')).toBeUndefined()

  async function seenIn(scope: string) {
    const { data } = await postern.emails.list({ scope, limit: 100 })
    return { data, depth: await postern.queue.depth(0, scope) }
  }
})

it.each(['*', 'Shop', '__proto__', 'constructor', 'shop '])(
  'a user name that is no project is refused without a key: %o',
  async (name) => {
    const { projectOf, postern } = await serve({ shop: {} })
    expect(await projectOf(name, 'x')).toMatch(/535 5\.7\.8 (?!.*shop)/)
    expect((await postern.emails.list({ scope: '*', limit: 1 })).data).toEqual([])
  },
)
