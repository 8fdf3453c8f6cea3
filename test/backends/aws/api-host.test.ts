import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { expect, it } from 'vitest'
import { apiHost } from '../../../backends/aws/api-host.ts'
import { answer } from '../../../functions/send/answer.ts'
import type { Question } from '../../../backends/aws/send-function.ts'
import { mailerStanding } from '../../../mail/configure/verify.ts'
import { health } from '../../../mail/doctor/overview.ts'
import { freePort } from '../../../bench/free-port.ts'
import { startAwsFront } from '../../remote/aws-front.ts'
import { onAws } from './emulated.ts'
import { accessTo } from './places.ts'
import { posternOf, smtpTo, wholeAws } from './whole.ts'

type Asked = Exclude<Question, { ask: 'sweep' | 'walkSuppressed' }>

onAws('the api function on AWS', (aws) => {
  /** With a send function that answers what it is invoked for. */
  async function open() {
    const whole = await wholeAws(await aws.virtual())
    const { backend, clock, place } = whole
    const sending = posternOf(backend, clock)
    const asked: string[] = []
    const front = await startAwsFront(whole.front.endpoint, [
      async ({ path, input }) => {
        if (!path.endsWith('/invocations')) return undefined
        const question = input as unknown as Asked
        asked.push(question.ask)
        await sending.inForce.refresh()
        const said = await answer(question, sending, 300_000)
        return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(said)) }
      },
    ])
    const access = accessTo(front.endpoint)
    const { postern } = apiHost(place, { clock, ...access })
    const byHand = async (settings: object) => {
      await new SSMClient(access).send(
        new PutParameterCommand({
          Name: place.settingsParameter,
          Value: JSON.stringify({ from: { address: 'a@own.test' }, ...settings }),
          Type: 'String',
          Overwrite: true,
        }),
      )
      await clock.advance(10_000)
    }
    const close = () => front.close().then(() => whole.close())
    return { ...{ postern, asked, byHand, front, clock, smtp: whole.smtp }, close }
  }

  it('has settings that were written by hand verified, once, when someone looks', async () => {
    const { postern, asked, byHand, smtp, close } = await open()
    await byHand(smtpTo(smtp.port))
    expect(await mailerStanding(postern)).toMatchObject({ engine: ['smtp'], valid: true })
    for (let look = 0; look < 5; look++) await mailerStanding(postern)
    expect(asked).toEqual(['verifyInForce'])

    await byHand(smtpTo(await freePort()))
    const { valid, reason } = await mailerStanding(postern)
    expect([valid, reason]).toEqual([false, expect.stringMatching(/REFUSED/)])
    expect(asked).toHaveLength(2)
    await close()
  }, 60_000)

  it('asks no engine that sends nothing', async () => {
    const { postern, asked, byHand, close } = await open()
    await byHand({ engine: 'noop' })
    await postern.standing.readVerdict()
    await byHand({ engine: 'disabled' })
    await mailerStanding(postern)
    expect(asked).toEqual([])
    await close()
  }, 60_000)

  it('says what is known where the send function does not answer, and asks again a minute later', async () => {
    const { postern, byHand, smtp, front, clock, close } = await open()
    await byHand(smtpTo(smtp.port))
    front.meddle = ({ path }) =>
      path.endsWith('/invocations') ? { kind: 'reset', when: 'before' } : undefined
    const unknown = { valid: false, reason: 'not verified since the settings changed' }
    expect(await mailerStanding(postern)).toMatchObject(unknown)
    front.meddle = () => undefined
    expect(await mailerStanding(postern)).toMatchObject(unknown)
    await clock.advance(60_000)
    expect(await mailerStanding(postern)).toMatchObject({ valid: true })
    await close()
  }, 60_000)

  it('asks for the depth of the queue once in ten seconds, however often health is read', async () => {
    const { postern, front, clock, close } = await open()
    const host = { kind: 'function' } as const
    const looks = () =>
      front.calls.filter(({ service }) => service === 'sqs' || service === 'monitoring').length
    for (let second = 0; second < 30; second++) {
      await Promise.all([health(postern, '*', host), health(postern, '*', host)])
      await clock.advance(1_000)
    }
    expect(looks()).toBe(3 * 3)
    await close()
  }, 60_000)
})
