import { Resend } from 'resend'
import { expect, it, onTestFinished } from 'vitest'
import { createApp } from '../../../api/app.ts'
import { serveHttp } from '../../../machine/http-server.ts'
import { contentKey } from '../../../mail/content.ts'
import type { AwsBackend } from '../../../backends/aws/index.ts'
import { onAws } from './emulated.ts'
import { posternOf, wholeAws } from './whole.ts'

onAws('the doors for templates on AWS', (aws) => {
  /** Two environments of the api function, each with Resend's SDK in front. */
  async function open() {
    const whole = await wholeAws(await aws.virtual())
    onTestFinished(() => whole.close())
    const { backend, another, clock } = whole
    const served = async (one: AwsBackend) => {
      const app = createApp(posternOf(one, clock), {
        access: 'open',
        version: '1',
        hostFacts: async () => ({ kind: 'function' as const }),
      })
      const server = await serveHttp((asked) => app.fetch(asked), { port: 0, host: '127.0.0.1' })
      onTestFinished(() => server.close())
      return new Resend('re_any', { baseUrl: server.url })
    }
    return { clock, backend, resend: await served(backend), other: await served(another()) }
  }

  it('publish at one function what another sends, and a change of it in ten seconds', async () => {
    const { resend, other, clock, backend } = await open()
    const html = `<p>{{{NAME}}}</p>${'x'.repeat(1_000_000)}`
    const wish = { name: 'Large', alias: 'large', subject: 'Hi', html }
    const { data } = await resend.templates.create(wish).publish()
    const template = { id: 'large', variables: { NAME: 'Ann' } }
    const send = async () => {
      const sent = await other.emails.send({ to: 'ann@there.test', template })
      return backend.emails.get(sent.data!.id, '*')
    }
    const email = (await send())!
    expect(email.template).toEqual({ name: 'large', version: '1', locale: 'en' })
    const kept = await backend.blobs.get(contentKey(email.id))
    expect(Buffer.from(kept!).toString()).toContain('<p>Ann</p>')
    await resend.templates.update(data!.id, { html: 'short' })
    await resend.templates.publish('large')
    await clock.advance(10_000)
    expect((await send())!.template).toMatchObject({ version: '2' })
    expect(await resend.templates.remove('large')).toMatchObject({ error: null })
    await clock.advance(10_000)
    const { error } = await other.emails.send({ to: 'ann@there.test', template })
    expect(error?.message).toContain('there is no template "large"')
  })
})
