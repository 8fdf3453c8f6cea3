import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Resend } from 'resend'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startPostern } from '../../machine/start.ts'
import { sendGridVersions } from './sendgrid-versions.ts'

async function started() {
  const directory = mkdtempSync(join(tmpdir(), 'postern-'))
  const templates = join(directory, 'templates')
  mkdirSync(join(templates, 'code'), { recursive: true })
  const write = (name: string, text: string) => writeFileSync(join(templates, 'code', name), text)
  write('template.json', '{"from":"codes@acme.test","subjects":{"en":"{{code}} is your code"}}')
  write('en.html', '<p>Your code is {{code}}</p>')
  const env = {
    POSTERN_DATA: join(directory, 'data'),
    POSTERN_TEMPLATES: templates,
    POSTERN_PORT: '0',
    POSTERN_SMTP_PORT: 'off',
  }
  const running = await startPostern({ env, write: () => undefined })
  onTestFinished(async () => {
    await running.stop()
    rmSync(directory, { recursive: true, force: true })
  })
  const read = async (path: string): Promise<unknown> =>
    (await fetch(`${running.url}${path}`)).json()
  const captured = async (to: string) => {
    const asked = await fetch(`${running.url}/v1/captures?to=${to}&wait=20`)
    const { data } = (await asked.json()) as { data: { id: string }[] }
    return read(`/v1/captures/${data[0]!.id}`)
  }
  const health = () => read('/v1/health')
  return { url: running.url, write, captured, health }
}

interface Requests {
  setDefaultRequest(name: string, value: string): void
}

describe('templates by the vendors’ own libraries', () => {
  it('are named by resend', async () => {
    const { url, captured } = await started()
    const resend = new Resend('re_any', { baseUrl: url })
    const template = { id: 'code', variables: { code: '123456' } }
    const sent = await resend.emails.send({ to: 'ann@there.test', template })
    expect(sent.error).toBeNull()
    expect(await captured('ann@there.test')).toMatchObject({
      subject: '123456 is your code',
      text: 'Your code is 123456',
      html: '<p>Your code is 123456</p>',
    })
    const { error } = await resend.emails.send({ to: 'bo@there.test', template: { id: 'code' } })
    expect(error).toMatchObject({
      name: 'validation_error',
      message: expect.stringContaining('"code" is missing (code/en.html, line 1') as unknown,
    })
  })

  it('are named by @sendgrid/mail, with the data of each personalization', async () => {
    const { url, captured } = await started()
    const client = new (sendGridVersions.at(-1)!.MailService)()
    client.setApiKey('SG.any')
    const { client: requests } = client as unknown as { client: Requests }
    requests.setDefaultRequest('baseUrl', url)
    const one = (to: string, code: string) => ({ to, dynamicTemplateData: { code } })
    const [answer] = await client.send({
      from: 'a@acme.test',
      templateId: 'd-code',
      personalizations: [one('ann@there.test', '1'), one('bo@there.test', '2')],
    })
    expect(answer.statusCode).toBe(202)
    expect(await captured('bo@there.test')).toMatchObject({ subject: '2 is your code' })
  })

  it('whose files break are named by the health, and stay as they were', async () => {
    const { url, write, captured, health } = await started()
    expect(await health()).not.toHaveProperty('templates')
    write('en.html', '{{#if code}}')
    await expect
      .poll(
        async () => {
          await fetch(`${url}/emails`, {
            method: 'POST',
            body: JSON.stringify({
              to: 'ann@there.test',
              template: { id: 'code', variables: { code: '7' } },
            }),
          })
          return health()
        },
        { timeout: 30_000, interval: 500 },
      )
      .toMatchObject({
        status: 'degraded',
        templates: [expect.stringContaining('code/en.html, line 1')],
      })
    expect(await captured('ann@there.test')).toMatchObject({ html: '<p>Your code is 7</p>' })
  })
})
