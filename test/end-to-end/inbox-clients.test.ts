import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RunningPostern } from '../../machine/start.ts'
import { temporaryDirectory } from '../backends/local/temporary.ts'
import { startHere } from '../cli/run-command.ts'
import { cypressCommands } from './cypress-here.ts'

/*
 * The packages by which test suites look at captured email, unchanged, against a running Postern.
 */

/** A folder with `mailpit-api`, `mailhog`, `cypress-mailpit`, `cypress-mailhog`, `cypress-maildev`. */
const folder = process.env['POSTERN_INBOX_CLIENTS'] ?? ''
const isThere = existsSync(join(folder, 'mailpit-api'))
const reason = isThere ? '' : ': no packages in POSTERN_INBOX_CLIENTS'

/** What these tests look at of whatever a package answers. */
interface Answer {
  readonly ID: string
  readonly id: string
  readonly total: number
  readonly count: number
  readonly unread: number
  readonly messages_count: number
  readonly messages: readonly Answer[]
  readonly items: readonly Answer[]
  readonly Attachments: readonly { readonly PartID: string }[]
  readonly attachments: readonly { readonly name: string }[]
  readonly subject: string
  readonly Subject: readonly string[]
  readonly date: Date
  readonly type: string
  readonly size: number
  readonly text: () => Promise<string>
  readonly map: <To>(of: (one: Answer) => To) => To[]
}

type Calls<Names extends string> = Readonly<
  Record<Names, (...args: readonly unknown[]) => Promise<Answer>>
>

type MailpitApi = Calls<
  | 'deleteMessages'
  | 'deleteMessagesBySearch'
  | 'deleteTag'
  | 'getAttachmentThumbnail'
  | 'getConfiguration'
  | 'getInfo'
  | 'getMessageAttachment'
  | 'getMessageHeaders'
  | 'getMessageSource'
  | 'getMessageSummary'
  | 'getTags'
  | 'listMessages'
  | 'releaseMessage'
  | 'renameTag'
  | 'renderMessageHTML'
  | 'renderMessageText'
  | 'searchMessages'
  | 'sendMessage'
  | 'setReadStatus'
  | 'setTags'
  | 'waitForMessage'
  | 'waitForMessages'
>

type MailHog = Calls<
  | 'deleteAll'
  | 'deleteMessage'
  | 'latestContaining'
  | 'latestFrom'
  | 'latestTo'
  | 'messages'
  | 'releaseMessage'
  | 'search'
>

type CypressMailpit = Calls<
  | 'mailpitDeleteAllEmails'
  | 'mailpitDeleteEmailsBySearch'
  | 'mailpitGetAllMails'
  | 'mailpitGetAttachments'
  | 'mailpitGetEmailsBySubject'
  | 'mailpitGetEmailsByTo'
  | 'mailpitGetFromAddress'
  | 'mailpitGetMail'
  | 'mailpitGetMailHTMlBody'
  | 'mailpitGetMailTextBody'
  | 'mailpitGetRecipientAddress'
  | 'mailpitGetSubject'
  | 'mailpitHasEmailsBySearch'
  | 'mailpitHasEmailsBySubject'
  | 'mailpitHasEmailsByTo'
  | 'mailpitNotHasEmailsBySearch'
  | 'mailpitNotHasEmailsBySubject'
  | 'mailpitNotHasEmailsByTo'
  | 'mailpitSearchEmails'
  | 'mailpitSendMail'
  | 'mailpitSetAllEmailStatusAsRead'
  | 'mailpitSetAllEmailStatusAsUnRead'
  | 'mailpitSetStatusAsRead'
  | 'mailpitSetStatusAsUnRead'
>

type CypressMailHog = Calls<
  | 'mhDeleteAll'
  | 'mhGetAllMails'
  | 'mhGetJimMode'
  | 'mhGetMailsByRecipient'
  | 'mhGetMailsBySender'
  | 'mhGetMailsBySubject'
  | 'mhSearchMails'
>

type CypressMailDev = Calls<
  | 'maildevDeleteAllMessages'
  | 'maildevDeleteMessageById'
  | 'maildevGetAllMessages'
  | 'maildevGetLastMessage'
  | 'maildevGetMessageById'
  | 'maildevGetMessageBySentTo'
  | 'maildevGetMessageBySubject'
  | 'maildevGetOTPCode'
  | 'maildevHealthcheck'
>

const packageAt = (name: string): unknown => createRequire(import.meta.url)(join(folder, name))

const to = 'bob@example.com'
const message = {
  From: { Email: 'ann@example.com', Name: 'Ann' },
  To: [{ Email: to, Name: 'Bob' }],
  Cc: [{ Email: 'carol@example.com', Name: '' }],
  Subject: 'Your code is 4711',
  Text: 'Hello Bob',
  HTML: '<p>Hello <b>Bob</b></p>',
  Tags: ['sign up'],
  Attachments: [
    { Content: 'aGk=', Filename: 'a.txt', ContentType: 'text/plain' },
    { Content: 'iVBORw==', Filename: 'b.png', ContentType: 'image/png' },
  ],
}

describe.skipIf(!isThere)(`clients of the inbox${reason}`, { timeout: 60_000 }, () => {
  let postern: RunningPostern
  const directory = temporaryDirectory()
  beforeAll(async () => {
    postern = await startHere({ directory: directory.path })
  })
  beforeEach(() => call('DELETE', '/api/v1/messages'))
  afterAll(async () => {
    await postern.stop()
    directory.remove()
  })

  async function call(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers = { accept: 'application/json', 'content-type': 'application/json' }
    const text = body === undefined ? null : JSON.stringify(body)
    const answer = await fetch(`${postern.url}${path}`, { method, headers, body: text })
    if (!answer.ok) throw new Error(`${method} ${path} ${answer.status} ${await answer.text()}`)
    const isJson = answer.headers.get('content-type')?.includes('json')
    return (isJson ? answer.json() : answer.text()) as Promise<Answer>
  }

  const send = async (values: object = {}): Promise<string> =>
    (await call('POST', '/api/v1/send', { ...message, ...values })).ID

  it('mailpit-api has each of its methods answered', async () => {
    const { MailpitClient } = packageAt('mailpit-api') as {
      MailpitClient: new (url: string, options: object) => MailpitApi
    }
    const calls = new Set<string>()
    const auth = { username: 'any', password: 'x' }
    const whole = new MailpitClient(postern.url, { auth })
    const client = new Proxy(whole, {
      get(target, name: keyof MailpitApi) {
        calls.add(name)
        return target[name].bind(target)
      },
    })
    const { ID } = await client.sendMessage(message)
    expect(await client.waitForMessage({ query: `to:${to}` })).toMatchObject({ ID })
    expect((await client.waitForMessages({ query: 'subject:"code is"', count: 1 })).count).toBe(1)
    expect(await client.getInfo()).toMatchObject({ Messages: 1, Unread: 0 })
    expect(await client.getConfiguration()).toMatchObject({ Label: 'Postern' })
    const summary = await client.getMessageSummary()
    expect(summary).toMatchObject({ ID, Text: 'Hello Bob', Tags: ['sign up'] })
    expect((await client.getMessageHeaders()).Subject).toEqual(['Your code is 4711'])
    expect(await client.getMessageSource()).toContain('Subject: Your code is 4711')
    const blob = await client.getMessageAttachment(ID, summary.Attachments[0]!.PartID)
    expect([blob.type, await blob.text()]).toEqual(['text/plain', 'hi'])
    const picture = await client.getAttachmentThumbnail(ID, summary.Attachments[1]!.PartID)
    expect([picture.type, picture.size]).toEqual(['image/png', 4])
    expect(await client.renderMessageHTML()).toBe('<p>Hello <b>Bob</b></p>')
    expect(await client.renderMessageText(ID)).toBe('Hello Bob')
    expect(await client.setReadStatus({ IDs: [ID], Read: false })).toBe('ok')
    expect((await client.listMessages()).unread).toBe(1)
    expect(await client.setTags({ IDs: [ID], Tags: ['one'] })).toBe('ok')
    expect(await client.renameTag('one', 'two')).toBe('ok')
    expect(await client.getTags()).toEqual(['two'])
    expect(await client.deleteTag('two')).toBe('ok')
    expect((await client.searchMessages({ query: 'is:tagged' })).messages_count).toBe(0)
    await expect(client.releaseMessage(ID, { To: [to] })).rejects.toThrow(
      'name an engine that sends',
    )
    expect(await client.deleteMessagesBySearch({ query: 'subject:other' })).toBe('ok')
    expect(await client.deleteMessages({ IDs: [ID] })).toBe('ok')
    expect((await client.listMessages()).total).toBe(0)
    const rest = Object.getOwnPropertyNames(Object.getPrototypeOf(whole)).filter(
      (name) => !calls.has(name) && !['constructor', 'request'].includes(name),
    )
    expect(rest.filter((name) => !checks.includes(name))).toEqual([])
  })

  it('mailhog has each of its methods answered', async () => {
    const mailhog = packageAt('mailhog') as (options: object) => MailHog
    const client = mailhog({ host: '127.0.0.1', port: new URL(postern.url).port })
    expect(await client.messages()).toMatchObject({ total: 0, count: 0, items: [] })
    const id = await send()
    const other = await send({ Subject: 'Grüße', To: [{ Email: 'joann@example.com' }] })
    const { total, count, items } = await client.messages(0, 1)
    expect([total, count, items[0]!.ID]).toEqual([2, 1, other])
    expect(items[0]!.subject).toBe('Grüße')
    const found = await client.search('ann@example.com', 'from')
    expect(found.total).toBe(2)
    const latest = await client.latestTo(to)
    expect(latest).toMatchObject({ ID: id, from: 'Ann <ann@example.com>', to: `Bob <${to}>` })
    expect(await client.latestTo('ann@example.com')).toBe(0)
    expect((await client.latestFrom('ann@example.com')).ID).toBe(other)
    const containing = await client.latestContaining('4711')
    expect(containing.ID).toBe(id)
    expect(containing.attachments.map(({ name }) => name)).toEqual(['a.txt', 'b.png'])
    expect(containing.date.getTime()).toBeGreaterThan(0)
    await client.deleteMessage(id)
    expect((await client.messages()).total).toBe(1)
    await expect(client.releaseMessage(other, { email: to })).rejects.toThrow()
    await client.deleteAll()
    expect((await client.messages()).total).toBe(0)
  })

  it('cypress-mailpit has each of its commands answered', async () => {
    const run = (await cypressCommands(join(folder, 'cypress-mailpit/dist/index.js'), {
      MAILPIT_URL: postern.url,
      ...{ MAILPIT_USERNAME: 'any', MAILPIT_PASSWORD: 'x' },
    })) as CypressMailpit
    const sent = await run.mailpitSendMail({ subject: 'Hello world', to: message.To })
    expect(sent.ID).toMatch(/-/)
    const [mail] = (await run.mailpitHasEmailsByTo(to)).messages
    expect((await run.mailpitGetEmailsByTo(to)).count).toBe(1)
    expect((await run.mailpitGetAllMails()).total).toBe(1)
    expect((await run.mailpitHasEmailsBySubject('Hello world')).count).toBe(1)
    expect((await run.mailpitGetEmailsBySubject('world')).count).toBe(1)
    expect((await run.mailpitHasEmailsBySearch('from:from@example.com')).count).toBe(1)
    expect((await run.mailpitSearchEmails('bcc:bcc@example.com')).count).toBe(1)
    for (const name of ['BySubject', 'ByTo', 'BySearch'] as const)
      expect((await run[`mailpitNotHasEmails${name}`]('nothing')).count).toBe(0)
    const whole = await run.mailpitGetMail()
    expect(await run.mailpitGetMailTextBody(whole)).toBe('hello from mailpit')
    expect(await run.mailpitGetMailHTMlBody(whole)).toBe('<p>hello from mailpit</p>')
    expect(await run.mailpitGetSubject(mail)).toBe('Hello world')
    expect(await run.mailpitGetFromAddress(mail)).toBe('from@example.com')
    expect(await run.mailpitGetRecipientAddress(mail)).toEqual([to])
    expect(await run.mailpitGetAttachments(whole)).toEqual([])
    const unread = async () => (await run.mailpitGetAllMails()).unread
    await run.mailpitSetAllEmailStatusAsUnRead()
    expect(await unread()).toBe(1)
    await run.mailpitSetStatusAsRead(mail)
    expect(await unread()).toBe(0)
    await run.mailpitSetStatusAsUnRead([mail])
    expect(await unread()).toBe(1)
    await run.mailpitSetAllEmailStatusAsRead()
    expect(await unread()).toBe(0)
    await run.mailpitDeleteEmailsBySearch('subject:other')
    expect((await run.mailpitGetAllMails()).total).toBe(1)
    await run.mailpitDeleteAllEmails()
    expect((await run.mailpitGetAllMails()).total).toBe(0)
  })

  it('cypress-mailhog and cypress-maildev find, read and remove', async () => {
    const hog = (await cypressCommands(join(folder, 'cypress-mailhog/index.js'), {
      mailHogUrl: postern.url,
    })) as CypressMailHog
    const id = await send()
    expect(await hog.mhGetJimMode()).toBe(false)
    expect((await hog.mhGetAllMails()).map(({ ID }) => ID)).toEqual([id])
    expect(await hog.mhGetMailsBySubject('Your code is 4711')).toHaveLength(1)
    expect(await hog.mhGetMailsBySender('ann@example.com')).toHaveLength(1)
    expect(await hog.mhGetMailsByRecipient(to)).toHaveLength(1)
    expect(await hog.mhSearchMails('containing', '4711')).toHaveLength(1)
    await hog.mhDeleteAll()
    expect(await hog.mhGetAllMails()).toEqual([])

    const { hostname, port } = new URL(postern.url)
    const dev = (await cypressCommands(join(folder, 'cypress-maildev/build/index.js'), {
      ...{ MAILDEV_PROTOCOL: 'http', MAILDEV_HOST: hostname, MAILDEV_API_PORT: port },
    })) as CypressMailDev
    const [first, last] = [await send(), await send({ Subject: 'Other' })]
    const all = await dev.maildevGetAllMessages()
    expect(all.map(({ id }) => id)).toEqual([first, last])
    expect(await dev.maildevGetLastMessage()).toMatchObject({ id: last, text: 'Hello Bob' })
    expect((await dev.maildevGetMessageBySubject('Your code is 4711')).id).toBe(first)
    expect((await dev.maildevGetMessageBySentTo(to)).id).toBe(last)
    const mail = await dev.maildevGetMessageById(first)
    expect(mail).toMatchObject({ read: true, from: [{ address: 'ann@example.com', name: 'Ann' }] })
    expect(await dev.maildevGetOTPCode(mail.subject, 4)).toBe('4711')
    expect(await dev.maildevHealthcheck()).toBe(true)
    await dev.maildevDeleteMessageById(first)
    expect(await dev.maildevGetAllMessages()).toHaveLength(1)
    await dev.maildevDeleteAllMessages()
    expect(await dev.maildevGetAllMessages()).toEqual([])
  })

  it('playwright-mailpit is answered: what it sends, which has no package of its own', async () => {
    const id = await send()
    expect((await call('GET', '/api/v1/messages?start=0&limit=50')).total).toBe(1)
    const query = new URLSearchParams({ query: `to:"${to}"`, start: '0', limit: '50' })
    expect((await call('GET', `/api/v1/search?${query}`)).messages[0]!.ID).toBe(id)
    expect(await call('PUT', '/api/v1/tags', { Tags: ['a'], IDs: [id] })).toBe('ok')
    expect(await call('PUT', '/api/v1/messages', { IDs: [id], Read: true })).toBe('ok')
    expect(await call('GET', `/view/${id}.html?embed=1`)).toContain('Hello')
    expect(await call('DELETE', '/api/v1/messages', { IDs: [] })).toBe('ok')
    expect((await call('GET', '/api/v1/messages')).total).toBe(0)
  })
})

/** Of content checks and failures on purpose. */
const checks = [
  ...['htmlCheck', 'linkCheck', 'spamAssassinCheck', 'getChaosTriggers', 'setChaosTriggers'],
]
