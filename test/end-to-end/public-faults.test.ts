import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { unlistAtSes } from '../../engines/ses/list-in-use.ts'
import { withProviderList } from '../../mail/suppress/provider-list.ts'
import { useAws } from '../engines/aws-environment.ts'
import { fakeSes } from '../remote/fake-ses.ts'
import { toldPostern, type ToldPostern } from './told-postern.ts'

const [ann, bob, cid] = ['ann@there.test', 'bob@there.test', 'cid@there.test'] as const
const everyone = [ann, bob, cid]

async function sendingBy(engine: 'ses' | 'sendgrid' | 'smtp'): Promise<ToldPostern> {
  const postern = await toldPostern(engine)
  onTestFinished(() => postern.close())
  return postern
}

/** As Amazon SES publishes it; the email went to everyone. */
function sesEvent(id: string, eventType: string, details: object, to = everyone as string[]) {
  const tags = { postern_id: [id] }
  const mail = { timestamp: at(0), messageId: 'm', destination: to, tags }
  return JSON.stringify({ eventType, mail, ...details })
}

/** So many seconds after the clock of these tests begins. */
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString()

function sesBounce(id: string, address: string, type: string, report: object = {}, to?: string[]) {
  const [bounceType, bounceSubType] = type.split('/')
  const bouncedRecipients = [{ emailAddress: address, ...report }]
  const kind = { bounceType, bounceSubType, feedbackId: `fb-${type}-${address}` }
  return sesEvent(id, 'Bounce', { bounce: { ...kind, timestamp: at(5), bouncedRecipients } }, to)
}

function sesDelivery(id: string, address: string, seconds = 3) {
  return sesEvent(id, 'Delivery', { delivery: { timestamp: at(seconds), recipients: [address] } })
}

function sesComplaint(id: string, address: string, fields: object = {}) {
  const complainedRecipients = [{ emailAddress: address }]
  const complaint = { timestamp: at(9), feedbackId: 'fb-c', complainedRecipients, ...fields }
  return sesEvent(id, 'Complaint', { complaint })
}

const unknownUser = { status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' }

/** A delivery report with a group of fields for each recipient. */
function report(...groups: readonly string[]): string {
  return [
    'From: MAILER-DAEMON@mx.there.test',
    'Subject: Undelivered Mail Returned to Sender',
    'Auto-Submitted: auto-replied',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b\r\nContent-Type: text/plain\r\n\r\nSorry.',
    '--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.there.test',
    ...groups.map((group) => `\r\n${group}`),
    '--b--\r\n',
  ].join('\r\n')
}

const failed = (address: string, status = '5.1.1') =>
  `Final-Recipient: rfc822; ${address}\r\nAction: failed\r\nStatus: ${status}`

/**
 * What is known to have gone wrong elsewhere, and where it is told. The fifteenth, of endpoints that
 * hang, is in `test/backends/local/notifier.test.ts`.
 */
describe('what other programs got wrong', () => {
  it('1: of three recipients one bounces, and it alone is suppressed (useSend#337, listmonk)', async () => {
    const ses = await sendingBy('ses')
    const id = await ses.send(everyone)
    await ses.ses(sesBounce(id, 'BOB@there.test', 'Permanent/General', unknownUser))
    expect(await ses.states(id)).toEqual(['sent', 'bounced', 'sent'])
    expect(await ses.suppressed()).toEqual([bob])
    await ses.send(everyone)
    expect(ses.sentTo().slice(3)).toEqual([ann, cid])
  })

  it('2: an out-of-office reply is no bounce (phoenix_kit#156, fxa-auth-server#1943, Postal)', async () => {
    const ses = await sendingBy('ses')
    const id = await ses.send(everyone)
    const told = everyone.map((address) => sesDelivery(id, address))
    await ses.ses(...told, sesBounce(id, ann, 'Transient/General'))
    const smtp = await sendingBy('smtp')
    const other = await smtp.send(ann)
    const reply = `From: ${ann}\r\nSubject: Away\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n`
    expect(await smtp.comesBack(reply, await smtp.returnTo(other))).toBe('reported')
    expect(await ses.states(id)).toEqual(['delivered', 'delivered', 'delivered'])
    expect(await smtp.states(other)).toEqual(['sent'])
    for (const [postern, one] of [[ses, id] as const, [smtp, other] as const]) {
      expect((await postern.email(one)).timeline.at(-1)).toMatchObject({ what: 'autoReply' })
      expect(await postern.suppressed()).toEqual([])
      expect((await postern.events()).join()).not.toContain('bounced')
    }
  })

  it('3: the status decides how bad a bounce is, not its label (AI-Shipping-Labs#827, postal#60)', async () => {
    const ses = await sendingBy('ses')
    const id = await ses.send(everyone)
    const mislabeled = { ...unknownUser, status: '5.3.0' }
    const reputation = { status: '5.1.1', diagnosticCode: 'smtp; 550-5.7.1 reputation' }
    await ses.ses(
      sesBounce(id, ann, 'Transient/General', mislabeled),
      sesBounce(id, bob, 'Permanent/General', { ...reputation, status: '5.7.1' }),
    )
    expect(await ses.suppressed()).toEqual([ann])
    const smtp = await sendingBy('smtp')
    const other = await smtp.send(bob)
    const returned = `${failed(bob)}\r\nDiagnostic-Code: ${reputation.diagnosticCode}`
    await smtp.comesBack(report(returned), await smtp.returnTo(other))
    expect(await smtp.states(other)).toEqual(['bounced'])
    expect(await smtp.suppressed()).toEqual([])
  })

  it('4: a delivery that is told before the email is on record as sent is not lost (cds-snc#1731, alphagov#2916)', async () => {
    const ses = await sendingBy('ses')
    const waited: number[] = []
    const during = async (id: string) => {
      waited.push(await ses.ses(sesDelivery(id, ann)))
    }
    const id = await ses.send(ann, { during })
    expect([waited, await ses.states(id)]).toEqual([[1], ['sent']])
    expect(await ses.dealWithSignals()).toBe(0)
    expect(await ses.states(id)).toEqual(['delivered'])
  })

  it('5: a bounce outweighs a delivery, whichever is told first (VA#1639, VA#1294, cds-snc#1295)', async () => {
    const ses = await sendingBy('ses')
    const bounce = (id: string) => sesBounce(id, ann, 'Permanent/General', unknownUser)
    const send = (id: string) => sesEvent(id, 'Send', { send: {} })
    for (const order of [
      [sesDelivery, bounce, send],
      [bounce, sesDelivery, send],
      [bounce, send, sesDelivery],
    ]) {
      await ses.postern.suppressions.remove(
        { project: 'default', address: ann },
        { at: 1, by: 'test' },
      )
      const id = await ses.send(ann)
      for (const tell of order) await ses.ses(tell(id, ann))
      expect(await ses.states(id)).toEqual(['bounced'])
    }
  })

  it('6: the same event 46 times is one event with one effect (sendgrid/docs#2933, mailcoach#75)', async () => {
    const sendgrid = await sendingBy('sendgrid')
    const id = await sendgrid.send(ann)
    const event = sendGridBounce({ postern_id: id })
    for (let n = 0; n < 46; n++) await sendgrid.sendGrid(event, event)
    expect(await sendgrid.events()).toEqual([`email.bounced ${ann}`])
    expect((await sendgrid.email(id)).timeline).toHaveLength(3)
    const place = { project: 'default', address: ann }
    expect(await sendgrid.postern.suppressions.history(place)).toHaveLength(1)
  })

  it('7: an echo of a list and `not-spam` are no complaints, and a complaint is (buttondown#1332, listmonk)', async () => {
    const ses = await sendingBy('ses')
    const id = await ses.send(everyone)
    await ses.ses(
      sesComplaint(id, ann, { complaintSubType: 'OnAccountSuppressionList' }),
      sesComplaint(id, bob, { complaintFeedbackType: 'not-spam' }),
      sesComplaint(id, cid, { complaintFeedbackType: 'abuse' }),
    )
    expect(await ses.states(id)).toEqual(['suppressed', 'sent', 'complained'])
    expect(await ses.events()).toEqual([`email.complained ${cid}`, `email.suppressed ${ann}`])
    expect(await ses.suppressed()).toEqual([ann, cid])
  })

  it('8: a forged report about a customer changes nothing, and is kept (vutuv#1063, itop#240)', async () => {
    const smtp = await sendingBy('smtp')
    const id = await smtp.send(ann)
    const forged = (await smtp.returnTo(id)).replace(/.{4}@/, 'aaaa@')
    for (const to of [forged, 'bounce@b.own.test', ''])
      expect(await smtp.comesBack(report(failed(ann)), to)).toBe('kept')
    expect([await smtp.states(id), await smtp.suppressed(), await smtp.events()]).toEqual([
      ['sent'],
      [],
      [],
    ])
    const { data } = await smtp.postern.strays.list({ limit: 10 })
    expect(data).toHaveLength(3)
  })

  it('9: a scanner that follows links unsubscribes no one, and a POST only from its list (useSend#412, emailflare#190, Rock#7034)', async () => {
    const smtp = await sendingBy('smtp')
    await smtp.send(ann, { list: 'news' })
    const link = smtp.lastLink()
    for (const method of ['GET', 'HEAD', 'GET'])
      expect((await smtp.ask(link, method)).status).toBe(200)
    expect(await smtp.suppressed()).toEqual([])
    for (let n = 0; n < 2; n++) expect((await smtp.ask(link, 'POST')).status).toBe(200)
    expect(await smtp.suppressed()).toEqual([`${ann} from news`])
    const states = [await smtp.send(ann, { list: 'news' }), await smtp.send(ann)].map(smtp.states)
    expect(await Promise.all(states)).toEqual([['suppressed'], ['sent']])
  })

  it('10: a late bounce without ids is of the newest email to its address (sendgrid/docs#5177)', async () => {
    const sendgrid = await sendingBy('sendgrid')
    const ids = [await sendgrid.send(bob), await sendgrid.send(ann)]
    expect(await sendgrid.sendGrid(sendGridBounce({ sg_message_id: '' }))).toBe(200)
    expect(await Promise.all(ids.map(sendgrid.states))).toEqual([['sent'], ['bounced']])
    expect(await sendgrid.suppressed()).toEqual([ann])
  })

  it('11: each recipient of a report is judged by itself (hyvor/relay, mox, Sympa)', async () => {
    const smtp = await sendingBy('smtp')
    const id = await smtp.send(everyone)
    const delayed = `Final-Recipient: rfc822; ${ann}\r\nAction: delayed\r\nStatus: 4.4.1`
    await smtp.comesBack(report(delayed, failed(bob)), await smtp.returnTo(id))
    expect(await smtp.states(id)).toEqual(['delivery_delayed', 'bounced', 'sent'])
    expect(await smtp.suppressed()).toEqual([bob])
  })

  it('12: an address that an email was forwarded to is not taken for its recipient (p5-sisimai#496, dada-mail#290, whois#1592)', async () => {
    const smtp = await sendingBy('smtp')
    const elsewhere = failed('box@elsewhere.test')
    const [one, three] = [await smtp.send(ann), await smtp.send(everyone)]
    await smtp.comesBack(report(elsewhere), await smtp.returnTo(three))
    expect([await smtp.states(three), await smtp.suppressed()]).toEqual([
      ['sent', 'sent', 'sent'],
      [],
    ])
    expect((await smtp.email(three)).timeline.at(-1)).toMatchObject({ what: 'bounced' })
    const named = `Original-Recipient: rfc822;${bob}\r\n${failed('bob@elsewhere.test')}`
    await smtp.comesBack(report(named), await smtp.returnTo(three))
    await smtp.comesBack(report(elsewhere), await smtp.returnTo(one))
    expect([await smtp.states(one), await smtp.states(three)]).toEqual([
      ['bounced'],
      ['sent', 'bounced', 'sent'],
    ])
    expect(await smtp.suppressed()).toEqual([ann, bob])
  })

  it('13: what is not understood is kept and shown (listmonk#833)', async () => {
    const smtp = await sendingBy('smtp')
    const id = await smtp.send(ann)
    const prose = `Hi. This is the qmail-send program.\r\n<${ann}>:\r\n550 5.1.1 unknown\r\n`
    const mail = `From: MAILER-DAEMON@there.test\r\nSubject: failure notice\r\n\r\n${prose}`
    expect(await smtp.comesBack(mail, await smtp.returnTo(id))).toBe('kept')
    const listed = await smtp.ask('/v1/feedback/mail')
    const { data } = (await listed.json()) as { data: { id: string; email_id: string }[] }
    expect(data).toMatchObject([{ email_id: id, subject: 'failure notice' }])
    expect(await (await smtp.ask(`/v1/feedback/mail/${data[0]!.id}/raw`)).text()).toBe(mail)
    expect([await smtp.states(id), await smtp.suppressed()]).toEqual([['sent'], []])
  })

  it('14: what is removed goes from the list of Amazon SES too, as SES spells it (useSend)', async () => {
    const remote = await fakeSes()
    useAws(remote.server.url)
    onTestFinished(async () => {
      vi.unstubAllEnvs()
      await remote.server.close()
    })
    const spelling = 'Ann@There.TEST'
    remote.suppressed!.set(spelling, 'BOUNCE')
    const ses = await sendingBy('ses')
    const id = await ses.send(ann)
    await ses.ses(sesBounce(id, spelling, 'Permanent/OnAccountSuppressionList'))
    expect([await ses.states(id), await ses.suppressed()]).toEqual([['suppressed'], [ann]])
    const { postern } = ses
    const list = withProviderList(postern.suppressions, (some) => unlistAtSes(postern, some))
    await list.remove({ project: 'default', address: ann }, { at: 1, by: 'ann' })
    expect([[...remote.suppressed!.keys()], await ses.suppressed()]).toEqual([[], []])
  })
})

/** As SendGrid tells it of Ann. */
function sendGridBounce(fields: object) {
  return {
    email: ann,
    timestamp: Date.UTC(2026, 0, 1) / 1_000 + 5,
    event: 'bounce',
    type: 'bounce',
    status: '5.1.1',
    reason: '550 5.1.1 no such user',
    sg_event_id: 'one',
    ...fields,
  }
}
