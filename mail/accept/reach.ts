import { domainOf, isLocal, type Mailbox } from '../email/address.ts'
import type { EngineName } from '../email/engine-name.ts'
import type { Caller } from '../keys/caller.ts'
import type { EmailRequest } from '../request/email-request.ts'
import type { Fault } from '../request/fault.ts'
import { enginesOf, type Settings } from '../settings/settings.ts'

/** Whether such an email is captured instead of sent, whatever the engine is later. */
export function isCaptured(caller: Caller, settings: Settings, engine?: EngineName): boolean {
  return engine === undefined && (caller.capture || enginesOf(settings).includes('noop'))
}

/**
 * The request with every address that has a meaning only on the machine it came from, such as
 * `root@web1`, made one that mail can leave from and get to: at the setting `localDomain`. Without
 * that setting a sender falls back to MAIL FROM, then to the default address.
 *
 * Not meant for what is captured: that is kept as it is.
 */
export function withReach(request: EmailRequest, settings: Settings): EmailRequest {
  const home = (mailbox: Mailbox) => mapped(mailbox, settings)
  const { from, sender, to, cc, bcc, replyTo, envelopeFrom } = request
  if (!hasLocal(request)) return request
  const { sender: _local, ...rest } = request
  const mappedSender = sender && home(sender)
  return {
    ...rest,
    from: reachableFrom({ ...from }, envelopeFrom, settings),
    ...(mappedSender && !isLocal(mappedSender.address) && { sender: mappedSender }),
    to: to.map(home),
    cc: cc.map(home),
    bcc: bcc.map(home),
    replyTo: replyTo.map(home),
  }
}

/** What no engine could deliver, of a request that has been given its reach. */
export function reachFaults(request: EmailRequest): Fault[] {
  if (!hasLocal(request)) return []
  const { from, to, cc, bcc } = request
  const fields = Object.entries({ from: [from], to, cc, bcc }).filter(([, all]) => all.some(isOut))
  return fields.map(([field]) => ({ field, rule: outOfReach, kind: 'invalid' }))
}

/** Why an address is refused that could only be captured. */
export const outOfReach =
  'the domain has only one label: no mail gets there (the setting localDomain can map it)'

function reachableFrom(from: { address?: string; name?: string }, mailFrom = '', own: Settings) {
  const { address, name } = from
  if (address === undefined || !isLocal(address)) return from
  const called = name === undefined ? {} : { name }
  const home = mapped({ address, ...called }, own)
  if (!isLocal(home.address)) return home
  if (mailFrom !== '') return { address: mailFrom, ...called }
  return own.from.address ? called : from
}

function mapped(mailbox: Mailbox, { localDomain }: Settings): Mailbox {
  const { address } = mailbox
  if (localDomain === null || !isLocal(address)) return mailbox
  return { ...mailbox, address: `${address.slice(0, -domainOf(address).length)}${localDomain}` }
}

/** Without an array of all of them: hardly an email has one, and each is asked. */
function hasLocal({ from, sender, to, cc, bcc, replyTo }: EmailRequest): boolean {
  const senders = isOut(from) || (sender !== undefined && isOut(sender))
  return senders || to.some(isOut) || cc.some(isOut) || bcc.some(isOut) || replyTo.some(isOut)
}

function isOut({ address }: { readonly address?: string }): boolean {
  return address !== undefined && isLocal(address)
}
