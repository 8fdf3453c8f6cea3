import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startHere } from '../cli/run-command.ts'
import { readProjectFile } from '../house/tree.ts'
import { proxyProgram, startProxy, type WebProxy } from '../remote/web-proxy.ts'

/** The page's own configurations, with this test's ports and certificate in place of the page's. */
const page = readProjectFile('docs/one-machine.md')
const configurations = {
  nginx: (target, { directory, port, cert, key }) => `
daemon off;
user root;
pid ${directory}/pid;
events {}
http {
  access_log off;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  ${blockOf('nginx', target)
    .replace('listen 443', `listen 127.0.0.1:${port}`)
    .replace('listen 80', 'listen unix:' + directory + '/plain')
    .replace(/ssl_certificate .*;/, `ssl_certificate ${cert};`)
    .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${key};`)}
}`,
  caddy: (target, { port, cert, key }) => `
{
  admin off
  auto_https disable_redirects
}
${blockOf('caddyfile', target).replace('{', `{\n  tls ${cert} ${key}`).replace('mail.example.com', `mail.example.com:${port}`)}`,
} satisfies Record<
  string,
  (target: string, places: Parameters<Parameters<typeof startProxy>[1]>[0]) => string
>

function blockOf(language: string, target: string): string {
  const [, block] = new RegExp('```' + language + '\\n([\\s\\S]+?)```').exec(page)!
  return block!.replaceAll('127.0.0.1:8025', target)
}

describe.each(['nginx', 'caddy'] as const)('behind %s, as the page configures it', (name) => {
  it.skipIf(!proxyProgram(name))(
    'takes large emails, believes who asked and how, and sets a cookie that only TLS carries',
    async () => {
      let key = ''
      const env = {
        POSTERN_HOSTS: 'mail.example.com',
        POSTERN_PROXIES: '127.0.0.1',
        POSTERN_URL: 'https://mail.example.com',
      }
      const postern = await startHere({ env, showKey: (token) => (key = token) })
      onTestFinished(() => postern.stop())
      const target = new URL(postern.url).host
      const proxy = await startProxy(name, (places) => configurations[name](target, places))

      const large = { content: 'YWJj'.repeat(1_000_000), filename: 'large.bin' }
      const email = { from: 'me@own.test', to: 'you@there.test', subject: 'Large', text: 'x' }
      const sent = await ask(proxy, '/emails', { key, body: { ...email, attachments: [large] } })
      expect(sent).toMatchObject({ status: 200 })

      const signIn = await ask(proxy, '/v1/session', { body: { key } })
      expect(signIn).toMatchObject({ status: 200 })
      expect(signIn.cookie).toMatch(/^__Host-.*; Secure/)
    },
  )
})

interface Asked {
  readonly key?: string
  readonly body: unknown
}

async function ask({ port, ca }: WebProxy, path: string, { key, body }: Asked) {
  const headers = {
    host: 'mail.example.com',
    'content-type': 'application/json',
    ...(key && { authorization: `Bearer ${key}` }),
  }
  const connection = { host: '127.0.0.1', port, servername: 'mail.example.com', ca }
  const asked = request({
    ...connection,
    method: 'POST',
    path,
    headers,
    checkServerIdentity: () => undefined,
  })
  asked.end(JSON.stringify(body))
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  return {
    status: answer.statusCode,
    body: await text(answer),
    cookie: answer.headers['set-cookie']?.[0] ?? '',
  }
}
