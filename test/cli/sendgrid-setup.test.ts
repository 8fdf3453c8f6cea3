import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runCommand, startHere } from './run-command.ts'

const publicKey =
  'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=='

/** SendGrid's API of event webhooks, for one key that may change them and one that may not. */
async function fakeSendGrid() {
  const webhooks = new Map<string, Record<string, unknown>>()
  const server = createServer((request, response) => {
    const { method, url = '', headers } = request
    const say = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    void text(request).then((raw) => {
      const body = JSON.parse(raw) as Record<string, unknown>
      if (headers.authorization !== 'Bearer SG.good')
        return say(403, { errors: [{ message: 'access forbidden' }] })
      const [, id] = /^\/v3\/user\/webhooks\/event\/settings\/signed\/(.+)$/.exec(url) ?? []
      if (method === 'PATCH' && id && webhooks.has(id)) {
        webhooks.set(id, { ...webhooks.get(id), signed: body['enabled'] })
        return say(200, { id, public_key: publicKey })
      }
      if (method !== 'POST' || url !== '/v3/user/webhooks/event/settings') return say(404, {})
      webhooks.set('w1', body)
      return say(201, { id: 'w1', ...body })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { webhooks, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

async function setUp(key: string, postern = 'https://mail.own.test/') {
  const [fake, running] = [await fakeSendGrid(), await startHere()]
  onTestFinished(() => running.stop())
  const env = { POSTERN_API_URLS: JSON.stringify({ sendgrid: fake.url }) }
  const words = ['feedback', 'setup', 'sendgrid', '--postern', postern]
  const ran = await runCommand(words, { url: running.url, env, input: `${key}\n` })
  const { settings } = await running.postern.inForce.refresh()
  return { ran, webhooks: fake.webhooks, saved: settings.feedback.sendgrid.publicKey }
}

describe('postern feedback setup sendgrid', () => {
  it('has SendGrid tell us, signed, and saves the key of the signature', async () => {
    const { ran, webhooks, saved } = await setUp('SG.good')
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(webhooks.get('w1')).toMatchObject({
      enabled: true,
      signed: true,
      url: 'https://mail.own.test/v1/feedback/sendgrid',
      ...{ bounce: true, dropped: true, deferred: true, spam_report: true, delivered: true },
    })
    expect(saved).toBe(publicKey)
  })

  it('says step by step what to do where the key may not', async () => {
    const { ran, saved } = await setUp('SG.sends-only')
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('SendGrid answers 403: access forbidden')
    expect(ran.err).toContain('Post URL: https://mail.own.test/v1/feedback/sendgrid')
    expect(saved).toBeNull()
  })

  it('asks SendGrid nothing for an address that it could not reach safely', async () => {
    const { ran, webhooks } = await setUp('SG.good', 'http://mail.own.test')
    expect([ran.code, webhooks.size]).toEqual([2, 0])
  })
})
