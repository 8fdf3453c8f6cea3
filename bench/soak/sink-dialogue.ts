import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import PostalMime from 'postal-mime'
import { digestOf, numberIn } from './email.ts'
import type { SinkEntry, Stored } from './entries.ts'
import { lateness, type Fault } from './faults.ts'
import { smtpWire, type SmtpWire } from './smtp-wire.ts'

/** What a dialogue needs of its sink. */
export interface SinkHouse {
  readonly seed: number
  /** Between the final dot and storing, in milliseconds. */
  readonly delayMs: number
  readonly note: (entry: Untimed<SinkEntry>) => void
  readonly draw: (n: number) => Fault
  /** Told how far an email is; when it says no, the connection breaks there. */
  readonly reached: (stage: Stage) => Promise<boolean>
}

export type Stage = 'connected' | 'mail' | 'rcpt' | 'data' | 'half' | 'dot' | 'stored'

/** So much of the content that only a large email is not there as a whole. */
const halfBytes = 8_000

type Untimed<Entry> = Entry extends unknown ? Omit<Entry, 'at'> : never

/** One email on its way in. */
interface Transaction {
  /** Undecided until the first recipient says which email it is. */
  fault?: Fault
  readonly openedAt: number
  readonly to: string[]
}

/** Talks SMTP on a connection until it ends, with the faults that are drawn for each email. */
export async function converse(socket: Socket, house: SinkHouse): Promise<void> {
  socket.on('error', () => socket.destroy())
  const wire = smtpWire(socket.setNoDelay(true))
  const openedAt = Date.now()
  let transaction: Transaction = { openedAt, to: [] }
  if (!(await house.reached('connected'))) return wire.drop()
  wire.say('220 sink ESMTP')
  for (let line = await wire.line(); line !== undefined; line = await wire.line()) {
    const verb = line.slice(0, 4).toUpperCase()
    const stage = stageOf(verb, transaction)
    if (stage && !(await house.reached(stage))) return wire.drop()
    if (verb === 'RCPT') {
      if (!addRecipient(line, transaction, wire, house)) break
      continue
    }
    if (verb === 'DATA') {
      if (!(await receive(transaction, wire, house))) break
    } else wire.say(...(replies[verb] ?? ['250 2.0.0 ok']))
    if (verb === 'QUIT') break
    transaction = { openedAt, to: [] }
  }
  socket.end()
}

const replies: Readonly<Record<string, readonly string[]>> = {
  EHLO: ['250-sink', '250-PIPELINING', '250-8BITMIME', '250 SMTPUTF8'],
  QUIT: ['221 2.0.0 bye'],
}

function stageOf(verb: string, { to }: Transaction): Stage | undefined {
  if (verb === 'MAIL') return 'mail'
  return verb === 'RCPT' && to.length > 0 ? 'rcpt' : undefined
}

/** Whether the connection goes on. A fault of one recipient is the first one's: the rest get theirs. */
function addRecipient(
  line: string,
  transaction: Transaction,
  wire: SmtpWire,
  { seed, draw, note }: SinkHouse,
): boolean {
  const address = /<([^>]*)>/.exec(line)?.[1] ?? ''
  const n = numberIn(seed, address)
  const isFirst = transaction.fault === undefined
  const fault = (transaction.fault ??= n === undefined ? 'none' : draw(n))
  if (fault === 'goAway') {
    wire.say('421 4.3.2 going away')
    return false
  }
  if (isFirst && fault === 'deferRecipient') wire.say('450 4.2.1 mailbox busy')
  else if (isFirst && fault === 'refuseRecipient') {
    note({ what: 'refused', n: n!, to: [address] })
    wire.say('550 5.1.1 no such user')
  } else {
    transaction.to.push(address)
    wire.say('250 2.1.5 ok')
  }
  return true
}

/** Whether the connection goes on. */
async function receive(
  { to, openedAt, fault = 'none' }: Transaction,
  wire: SmtpWire,
  house: SinkHouse,
): Promise<boolean> {
  if (to.length === 0) {
    wire.say('554 5.5.1 no valid recipients')
    return true
  }
  wire.say('354 go on')
  const content = await contentFrom(wire, house)
  if (content === undefined) return false
  switch (fault) {
    case 'dropBefore':
      wire.drop()
      return false
    case 'deferEmail':
      wire.say('451 4.3.0 try again later')
      return true
    case 'refuseEmail':
      house.note({ what: 'refused', n: numberIn(house.seed, to[0]!)!, to })
      wire.say('554 5.6.0 not wanted')
      return true
  }
  await store({ to, fault, openedAt }, content, house)
  if (fault === 'dropAfter' || !(await house.reached('stored'))) {
    wire.drop()
    return false
  }
  await pause(lateness[fault] ?? 0)
  wire.say('250 2.0.0 kept')
  return true
}

/** Undefined: the connection ended or was broken before it was to be stored. */
async function contentFrom(wire: SmtpWire, house: SinkHouse): Promise<Buffer | undefined> {
  const goesOn =
    (await house.reached('data')) &&
    (!(await wire.holds(halfBytes)) || (await house.reached('half')))
  const content = goesOn ? await wire.content() : undefined
  await pause(house.delayMs)
  if (content && (await house.reached('dot'))) return content
  wire.drop()
  return undefined
}

/** Reads the email as its recipient would, and writes down that it is here. */
async function store(
  { to, fault, openedAt }: Pick<Stored, 'to' | 'openedAt'> & { readonly fault: Fault },
  content: Buffer,
  { seed, note }: SinkHouse,
) {
  const { subject = '', text = '', html, attachments } = await PostalMime.parse(content)
  const file = attachments[0] && Buffer.from(attachments[0].content as ArrayBuffer)
  note({
    what: 'stored',
    openedAt,
    n: numberIn(seed, to[0]!),
    to,
    subjectNumber: numberIn(seed, subject),
    digest: digestOf({ text, html, file }),
    bytes: createHash('sha256').update(content).digest('hex').slice(0, 32),
    fault,
    answeredAt: Date.now() + (lateness[fault] ?? 0),
  })
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
