import type { AwsBackend } from '../../backends/aws/index.ts'
import type { Summons } from '../../backends/aws/queue/summons.ts'
import type { QueuedNotice } from '../../backends/aws/notice-items.ts'
import { allProjects } from '../../mail/email/project.ts'
import { dayMs } from '../../mail/email/time.ts'
import { mostAtOnce } from '../../mail/notify/body.ts'
import { disablingOf } from '../../mail/notify/change.ts'
import { attemptMs, notify, type Notified } from '../../mail/notify/notify.ts'
import type { Notice } from '../../mail/ports/notices.ts'
import type { Webhook } from '../../mail/ports/webhooks.ts'
import { noticePatienceMs, noticePauseMs, noticeTurnMs } from '../../mail/retry.ts'

/** A message: which notice it is about, and for how long it has been on the queue. */
export interface Letter {
  readonly summons: Summons
  readonly waitedMs: number
}

/** Which messages are to be shown again, and after how many milliseconds. */
export type Waits = ReadonlyMap<Letter, number>

export interface Telling {
  readonly backend: AwsBackend
  readonly random: () => number
  /** When the invocation is cut off. */
  readonly endsAt: number
}

/** A message with the notice that it is to tell. */
interface Due {
  readonly letter: Letter
  readonly notice: Notice
}

/**
 * Tells one endpoint what the messages are about, one attempt at a time, as long as it has a slot for
 * this and there is time.
 *
 * @param letters all of the same endpoint
 */
export async function tellEndpoint(telling: Telling, letters: readonly Letter[]): Promise<Waits> {
  const { backend, random, endsAt } = telling
  const { webhookId } = letters[0]!.summons
  const webhook = await backend.webhooks.get(webhookId, allProjects)
  // Removed: there is nothing more to tell.
  if (!webhook) return new Map()
  await tellDisabled(telling, webhook)
  const slot = await backend.webhookSlots.take(webhookId, endsAt)
  if (!slot) return after(letters, ({ waitedMs }) => noticeTurnMs(waitedMs, random()))
  try {
    const sorted = await sort(telling, webhookId, letters)
    return new Map([...sorted.waits, ...(await tellDue(telling, webhook, sorted.due))])
  } finally {
    // It is free again at the end of the invocation in any case.
    await slot.release().catch(() => undefined)
  }
}

/** Told once however often it is: the process that disabled it may have died before it said so. */
async function tellDisabled({ backend: { events, clock } }: Telling, webhook: Webhook) {
  if (clock.now() - (webhook.disabledAt ?? 0) > dayMs) return
  for (const event of disablingOf(webhook)) await events.record(event)
}

function after(letters: readonly Letter[], msOf: (letter: Letter) => number): Waits {
  return new Map(letters.map((letter) => [letter, msOf(letter)]))
}

/** Those that are due, and those that have to wait for their time; the others were dealt with. */
async function sort({ backend }: Telling, webhookId: string, letters: readonly Letter[]) {
  const ids = letters.map(({ summons }) => summons.id)
  const queued = await backend.notices.queued(webhookId, ids)
  const [due, waits] = [new Map<string, Due>(), new Map<Letter, number>()]
  for (const letter of letters) {
    const notice = await waitingFor(backend, letter, queued.get(letter.summons.id))
    const { dueAt = 0, id = '' } = notice ?? {}
    const waitMs = dueAt - backend.clock.now()
    // Of two messages about the same notice one is enough.
    if (!notice || due.has(id)) continue
    if (waitMs > 0 && letter.waitedMs < noticePatienceMs) waits.set(letter, waitMs)
    else due.set(id, { letter, notice })
  }
  return { due: [...due.values()], waits }
}

/** The notice, if it waits for this message. */
async function waitingFor(
  { notices, clock }: AwsBackend,
  { summons: { round } }: Letter,
  queued: QueuedNotice | undefined,
): Promise<Notice | undefined> {
  if (!queued || queued.round > round) return undefined
  const { notice } = queued
  if (queued.round === round) return notice.state === 'waiting' ? notice : undefined
  // It was to be told again, and the process that wanted that died before it said so.
  await notices.restart(notice, round, clock.now())
  return { ...notice, state: 'waiting', dueAt: clock.now(), attempts: 0 }
}

async function tellDue(telling: Telling, webhook: Webhook, due: readonly Due[]): Promise<Waits> {
  const endpoint = following(telling.backend, webhook)
  const [overdue, timely] = [due.filter(isOverdue), due.filter((one) => !isOverdue(one))]
  for (const { notice } of overdue) await giveUp(telling.backend, notice)
  const waits = new Map<Letter, number>()
  const most = mostAtOnce[webhook.format]
  for (let first = 0; first < timely.length; first += most) {
    const some = timely.slice(first, first + most)
    const told = await tellSome(telling, endpoint, some)
    for (const { letter } of some) {
      const ms = waitOf(telling, told, letter)
      if (ms !== undefined) waits.set(letter, ms)
    }
  }
  return waits
}

function isOverdue({ letter }: Due): boolean {
  return letter.waitedMs >= noticePatienceMs
}

function giveUp({ notices }: AwsBackend, notice: Notice): Promise<void> {
  const { attempts, tries } = notice
  return notices.settle(notice, { state: 'failed', attempts, tries })
}

/** What is to be recorded after an attempt takes a moment, in milliseconds. */
const recordingMs = 10_000

async function tellSome(
  { backend, random, endsAt }: Telling,
  endpoint: Following,
  some: readonly Due[],
): Promise<Notified> {
  const webhook = endpoint.current()
  if (!webhook) return { kind: 'done' }
  const now = backend.clock.now()
  if (now + attemptMs + recordingMs > endsAt) return { kind: 'again', at: now }
  const notifying = { ...backend, webhooks: endpoint.webhooks, random }
  return notify(
    notifying,
    webhook,
    some.map(({ notice }) => notice),
  )
}

interface Following {
  /** As it is after what was told last; undefined: it was removed. */
  current(): Webhook | undefined
  readonly webhooks: AwsBackend['webhooks']
}

/** An endpoint that an attempt may have disabled: the next one goes by how it is then. */
function following({ webhooks }: AwsBackend, webhook: Webhook): Following {
  let current: Webhook | undefined = webhook
  return {
    current: () => current,
    webhooks: {
      ...webhooks,
      async replace(next) {
        const isOurs = await webhooks.replace(next)
        current = isOurs ? next : await webhooks.get(webhook.id, allProjects)
        return isOurs
      },
    },
  }
}

/** Undefined: the message is done with. */
function waitOf({ backend, random }: Telling, told: Notified, { waitedMs }: Letter) {
  const now = backend.clock.now()
  switch (told.kind) {
    case 'done':
      return undefined
    case 'again':
      return Math.max(0, told.at - now)
    case 'paused':
      return noticePauseMs(told.until - now, waitedMs, random())
    case 'interrupted':
      return 0
  }
}
