import { once } from 'node:events'
import PostalMime from 'postal-mime'
import type { FakeRemote, Received } from '../conformance/engine.ts'
import {
  answer,
  startHttpServer,
  type Act,
  type HttpExchange,
  type HttpServer,
} from './http-server.ts'

/** The part of a SendEmail request that tests look at. */
export interface SesMail {
  readonly FromEmailAddress?: string
  readonly FeedbackForwardingEmailAddress?: string
  readonly Destination: Readonly<Record<string, readonly string[]>>
  readonly Content: { readonly Raw: { readonly Data: string } }
  readonly EmailTags: readonly { readonly Name: string; readonly Value: string }[]
  readonly ConfigurationSetName?: string
  readonly FromEmailAddressIdentityArn?: string
  readonly TenantName?: string
}

export interface FakeSes extends FakeRemote {
  readonly server: HttpServer
  /** Requests to send, as far as they were taken. */
  readonly mails: readonly SesMail[]
  /** What GetAccount answers while SES accepts. */
  account: Readonly<Record<string, unknown>>
  /** The identities that GetEmailIdentity knows: whether each is verified, or a whole answer. */
  readonly identities: Map<string, boolean | string>
  /** Its suppression list: by exact spelling, as SES keeps it. Undefined: the role may not see it. */
  suppressed: Map<string, 'BOUNCE' | 'COMPLAINT'> | undefined
  /** The Regions that requests were signed for, in order. */
  readonly regions: readonly (string | undefined)[]
  /** The paths of all questions, in order. */
  readonly asked: readonly string[]
}

export const goodAccount = {
  SendingEnabled: true,
  ProductionAccessEnabled: true,
  EnforcementStatus: 'HEALTHY',
  SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 12 },
}

export async function fakeSes(): Promise<FakeSes> {
  const mails: SesMail[] = []
  const identities: FakeSes['identities'] = new Map()
  const state: Pick<FakeSes, 'account' | 'suppressed'> = {
    account: goodAccount,
    suppressed: new Map(),
  }
  const server = await startHttpServer(() => undefined)
  const play = (act: Act, keeps = false) => {
    server.script = (exchange) => {
      if (!exchange.whole) return undefined
      if (keeps && isSend(exchange)) {
        const mail = JSON.parse(String(exchange.body)) as SesMail
        const unfit = unfitTag(mail)
        if (unfit !== undefined) return { say: sesError(400, 'BadRequestException', unfit) }
        mails.push(mail)
      }
      if (isSend(exchange) || !keeps) return act
      const list = listAnswer(exchange, state.suppressed)
      return { say: list ?? question(exchange.path) }
    }
  }
  const question = (path: string) => {
    const identity = decodeURIComponent(/^\/v2\/email\/identities\/(.+)$/.exec(path)?.[1] ?? '')
    return identity ? identityAnswer(identities.get(identity)) : json(200, state.account)
  }
  const accept = () => play({ say: sesYes }, true)
  accept()
  return {
    server,
    mails,
    get account() {
      return state.account
    },
    set account(account) {
      state.account = account
    },
    get suppressed() {
      return state.suppressed
    },
    set suppressed(suppressed) {
      state.suppressed = suppressed
    },
    identities,
    get asked() {
      return server.requests
        .filter(({ method, path }) => method === 'GET' && !path.includes('/suppression/'))
        .map(({ path }) => path)
    },
    get regions() {
      return server.requests.map(regionOf)
    },
    accept,
    refuse: () => play({ say: sesError(400, 'MessageRejected', 'Email contains a virus') }),
    fail: () =>
      play({ say: sesError(429, 'TooManyRequestsException', 'Maximum sending rate exceeded.') }),
    deny: () =>
      play({
        say: sesError(403, 'AccessDeniedException', 'not authorized to perform ses:SendRawEmail'),
      }),
    async hang() {
      play({ then: 'hang' })
      await once(server.events, 'hang')
    },
    drop: () => play({ then: 'close' }, true),
    received: () => Promise.all(mails.map(receivedOf)),
    get attempts() {
      return server.requests.length
    },
  }
}

/** As SES says it (https://github.com/localstack/localstack/issues/8588 has its words). */
function unfitTag({ EmailTags }: SesMail): string | undefined {
  const unfit = EmailTags.flatMap(({ Name, Value }) => [Name, Value]).find(
    (text) => !/^[a-zA-Z0-9_-]{1,255}$/.test(text),
  )
  const rule = "only alphanumeric ASCII characters, '_', and '-' are allowed"
  return unfit === undefined ? undefined : `Invalid tag value <${unfit}>: ${rule}`
}

/** What SES says on a success. */
export const sesYes = json(200, { MessageId: 'ses-0001' })

/** SES names the error in a header; the body has the words. */
export function sesError(status: number, name: string, message: string): string {
  return json(status, { message }, { 'x-amzn-ErrorType': name })
}

function identityAnswer(known: boolean | string | undefined): string {
  if (typeof known === 'string') return known
  if (known === undefined) return sesError(404, 'NotFoundException', 'Email identity is unknown.')
  return json(200, { VerifiedForSendingStatus: known })
}

export function json(status: number, body: object, headers: Record<string, string> = {}): string {
  return answer(status, JSON.stringify(body), {
    'Content-Type': 'application/json',
    'x-amzn-RequestId': 'b1f2',
    ...headers,
  })
}

/** Most that a page of the list has here. */
const pageSize = 2

/** Of the account's suppression list: every call but sending compares by exact spelling. */
function listAnswer({ method, path }: HttpExchange, list: FakeSes['suppressed']) {
  const url = new URL(path, 'http://ses.test')
  const [, one] = /^\/v2\/email\/suppression\/addresses(?:\/(.+))?$/.exec(url.pathname) ?? []
  if (!url.pathname.startsWith('/v2/email/suppression/addresses')) return undefined
  if (!list)
    return sesError(403, 'AccessDeniedException', 'not authorized to perform ses:ListSuppressed')
  if (one === undefined) return listPage(list, Number(url.searchParams.get('NextToken') ?? 0))
  const EmailAddress = decodeURIComponent(one)
  const Reason = list.get(EmailAddress)
  if (!Reason) return sesError(404, 'NotFoundException', 'Email address is not on the list.')
  if (method === 'DELETE') list.delete(EmailAddress)
  const SuppressedDestination = { EmailAddress, Reason, LastUpdateTime: 1_700_000_000 }
  return json(200, method === 'DELETE' ? {} : { SuppressedDestination })
}

function listPage(list: NonNullable<FakeSes['suppressed']>, from: number): string {
  const some = [...list].slice(from, from + pageSize)
  const NextToken = from + pageSize < list.size ? String(from + pageSize) : undefined
  const SuppressedDestinationSummaries = some.map(([EmailAddress, Reason]) => {
    return { EmailAddress, Reason, LastUpdateTime: 1_700_000_000 }
  })
  return json(200, { SuppressedDestinationSummaries, ...(NextToken && { NextToken }) })
}

function isSend({ method, path }: HttpExchange): boolean {
  return method === 'POST' && path === '/v2/email/outbound-emails'
}

/** Signature Version 4: Credential=<key>/<day>/<Region>/ses/aws4_request. */
function regionOf({ headers }: HttpExchange): string | undefined {
  return String(headers['authorization']).split('/')[2]
}

async function receivedOf(mail: SesMail): Promise<Received> {
  const content = Buffer.from(mail.Content.Raw.Data, 'base64')
  const { subject = '', text = '' } = await PostalMime.parse(content)
  return {
    from: mail.FeedbackForwardingEmailAddress ?? mail.FromEmailAddress ?? '',
    to: Object.values(mail.Destination).flat(),
    content,
    subject,
    text,
    visible: content.toString(),
  }
}
