import { describe, expect, it, onTestFinished } from 'vitest'
import { serveHttp } from '../../machine/http-server.ts'
import { version } from '../../machine/version.ts'
import { openApi } from '../api/open-api.ts'
import { runCommand } from './run-command.ts'

/** A Postern of a version, over HTTP. */
async function deployed(asVersion: string) {
  const api = openApi({ version: asVersion })
  const server = await serveHttp(api.handle, { port: 0, host: '127.0.0.1' })
  onTestFinished(() => server.close())
  return { ...api, url: server.url }
}

const email = ['send', '--to', 'a@b.test', '--subject', 'Hi', '--text', 'Hi']

describe('a command line that talks to another version', () => {
  it.each([['emails', 'list'], ['export', 'emails'], email])(
    'says so once, in a sentence on standard error, and goes on: %s %s',
    async (...words) => {
      const { url, send } = await deployed('999.1.0')
      await send()
      const ran = await runCommand([...words, ...(words[0] === 'export' ? [] : ['--json'])], {
        url,
      })
      expect(ran.code).toBe(0)
      expect(ran.err).toBe(
        `postern: ${url} runs Postern 999.1.0 and this is ${version}: use that version here, or upgrade it\n`,
      )
      for (const line of ran.out.trim().split(/\n(?=\{)/))
        expect(JSON.parse(line)).toBeTypeOf('object')
    },
  )

  it('says so too where what it asked for is refused', async () => {
    const { url } = await deployed('0.999.0')
    const ran = await runCommand(['emails', 'retry', 'nosuch'], { url })
    expect([ran.code, ran.err]).toEqual([1, expect.stringContaining('runs Postern 0.999.0')])
  })

  it.each([version, version.replace(/\d+$/, '999')])('says nothing of %s', async (other) => {
    const { url } = await deployed(other)
    expect(await runCommand(['emails', 'list'], { url })).toMatchObject({ code: 0, err: '' })
  })
})

describe('the version of a Postern', () => {
  it('is told to command lines that are let in, and to no one else', async () => {
    const { url, post } = await deployed('999.1.0')
    const told = async (headers: Record<string, string>) =>
      (await fetch(`${url}/emails`, { headers })).headers.get('x-postern-version')
    const client = { 'x-postern-client': version }
    expect([await told(client), await told({})]).toEqual(['999.1.0', null])
    const key = (await (await post('/api-keys', { name: 'k' })).json()) as { token: string }
    expect(await told(client)).toBeNull()
    expect(await told({ ...client, authorization: 'Bearer re_wrong' })).toBeNull()
    expect(await told({ ...client, authorization: `Bearer ${key.token}` })).toBe('999.1.0')
  })
})
