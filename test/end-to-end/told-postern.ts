import { generateKeyPairSync, sign } from 'node:crypto'
import { createApp } from '../../api/app.ts'
import { sendGridBatch } from '../../engines/index.ts'
import { readSesEvent } from '../../engines/ses/events.ts'
import { accept } from '../../mail/accept/accept.ts'
import { saveSettings } from '../../mail/configure/save.ts'
import { deliver } from '../../mail/deliver/deliver.ts'
import { jobOf } from '../../mail/email/job.ts'
import { returnAddress } from '../../mail/email/token.ts'
import { receive } from '../../mail/report/receive.ts'
import { asking, emailRequest, openPostern, scriptedEngine } from '../open-postern.ts'

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')

const caller = { owner: 'local', project: 'default', scope: '*', capture: false } as const

const settings = {
  from: { address: 'no-reply@own.test' },
  unsubscribe: { baseUrl: 'https://mail.own.test', lists: {} },
  feedback: { bounceDomain: 'b.own.test', sendgrid: { publicKey: spki } },
}

/** What else happens while an engine has an email. */
type Meanwhile = (id: string) => Promise<unknown>

/** A Postern that is told what became of its emails, by the bytes that others tell it with. */
export async function toldPostern(name: 'ses' | 'sendgrid' | 'smtp') {
  let meanwhile: Meanwhile = async () => undefined
  const { engine, parcels } = scriptedEngine(name, async ({ id }) => {
    await meanwhile(id)
    return { kind: 'sent', remoteId: 'remote' }
  })
  const test = await openPostern({ engines: { [name]: engine } })
  const { postern, clock, backend } = test
  const { version } = await postern.settings.read()
  await saveSettings(postern, { settings: { ...settings, engine: name }, version })
  await postern.inForce.refresh()
  const app = createApp(postern, {
    access: 'open',
    version: '1',
    hostFacts: async () => ({ kind: 'machine' as const }),
    log: () => undefined,
    readSendGridBatch: sendGridBatch,
  })
  const ask = async (path: string, method = 'GET', init: RequestInit = {}) =>
    app.request(path, { method, ...init })

  /** Deals with what is due, as the host does, and answers how many had to wait. */
  async function dealWithSignals() {
    let waiting = 0
    for (const { seq, signal } of backend.signals.due(clock.now(), 100)) {
      const receipt = await receive(postern, signal)
      if (receipt.kind === 'done') await backend.signals.remove(seq)
      else waiting += 1
    }
    return waiting
  }

  return {
    ...test,
    ask,
    dealWithSignals,

    /** Accepts an email and makes one attempt. */
    async send(
      to: string | readonly string[],
      { list, during = async () => undefined }: { list?: string; during?: Meanwhile } = {},
    ): Promise<string> {
      const boxes = [to].flat().map((address) => ({ address }))
      const request = emailRequest({ to: boxes, ...(list && { list }) })
      const answer = await accept(postern, asking(request), caller)
      if (answer.kind !== 'accepted') throw new Error(JSON.stringify(answer))
      meanwhile = during
      await deliver(postern, jobOf((await postern.emails.get(answer.id, '*'))!))
      return answer.id
    },

    /** What Amazon SES published; how many had to wait. */
    async ses(...bodies: readonly string[]): Promise<number> {
      for (const body of bodies) {
        const event = readSesEvent(body)
        if (event.kind === 'signals') await postern.signals.put(event.signals)
      }
      return dealWithSignals()
    },

    /** A batch that SendGrid posts; the status of the answer. */
    async sendGrid(...events: readonly object[]): Promise<number> {
      const body = `[${events.map((one) => JSON.stringify(one)).join(',\r\n')}]\r\n`
      const timestamp = String(Math.floor(clock.now() / 1_000))
      const signature = sign('sha256', Buffer.from(timestamp + body), privateKey)
      const headers = {
        'X-Twilio-Email-Event-Webhook-Signature': signature.toString('base64'),
        'X-Twilio-Email-Event-Webhook-Timestamp': timestamp,
      }
      const { status } = await ask('/v1/feedback/sendgrid', 'POST', { body, headers })
      await dealWithSignals()
      return status
    },

    /** An email that came back to this address; what it was taken for. */
    async comesBack(mail: string, to = ''): Promise<string> {
      const headers = { 'X-Postern-Returned-To': to }
      const answer = await ask('/v1/feedback/mail', 'POST', { body: mail, headers })
      await dealWithSignals()
      return ((await answer.json()) as { kind: string }).kind
    },

    /** The address to which an email comes back. */
    async returnTo(id: string): Promise<string> {
      const secrets = await postern.settings.readSecrets({ 'feedback.key': 1 })
      return returnAddress(id, 'b.own.test', secrets['feedback.key']!)
    },

    /** The path of the link to unsubscribe that the last email had. */
    lastLink: () => new URL(parcels.at(-1)!.headers['List-Unsubscribe']!.slice(1, -1)).pathname,

    /** To whom the engine was given emails, oldest first. */
    sentTo: () => parcels.flatMap(({ envelope }) => envelope.to),
    email: async (id: string) => (await postern.emails.get(id, '*'))!,
    states: async (id: string) =>
      (await postern.emails.get(id, '*'))!.recipients.map(({ state }) => state),
    suppressed: async () =>
      (await postern.suppressions.list({ scope: '*', limit: 100 })).data
        .map(({ address, list }) => (list === undefined ? address : `${address} from ${list}`))
        .sort(),
    /** What signals told, without what follows from that. */
    events: async () =>
      (await postern.events.list({ scope: '*', limit: 100 })).data
        .filter(({ source }) => source !== 'postern')
        .map(({ type, address }) => `${type} ${address}`)
        .sort(),
  }
}

export type ToldPostern = Awaited<ReturnType<typeof toldPostern>>
