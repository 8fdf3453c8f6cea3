import { allProjects, defaultProject } from '../email/project.ts'
import type { Asked } from '../request/refused.ts'
import type { Caller } from '../keys/caller.ts'
import { arrivalOf } from './arrival.ts'
import { judge } from './judge.ts'
import { readEmailRequest } from '../request/email-request.ts'
import type { Fault } from '../request/fault.ts'
import { gather, hasRemote, withAllowance } from './gather.ts'
import { keep } from './intake.ts'
import { jobOf } from '../email/job.ts'
import type { Job } from '../email/job.ts'
import type { InForce } from '../ports/in-force.ts'
import { hasProject } from '../settings/in-project.ts'
import { isPlainObject } from '../settings/layers.ts'
import type { Postern } from '../ports/postern.ts'
import { scheduledAtIn, timeReader } from '../request/schedule-time.ts'

/** An email that was put on the queue without asking the API: the body of `POST /emails`. */
export interface DirectRequest {
  readonly body: unknown
  /** Derived from the queue's own id for it, so that a second delivery is the same email. */
  readonly id: string
  /** When it was put there: what its times are judged by, however often it comes. */
  readonly at: number
  /** It may have been seen before, and have a record already. */
  readonly again: boolean
}

type Adoption =
  | { readonly kind: 'adopted'; readonly job: Job }
  /** It will never be an email: a person must see why. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** No mail is taken now. */
  | { readonly kind: 'unavailable' }

/**
 * A producer that may put on the queue may send, in the project that the body names: that right is
 * given where Postern is deployed.
 */
function producerOf(body: unknown): Caller {
  const { project = null } = isPlainObject(body) ? body : {}
  // What is no name is the name of none.
  const given = typeof project === 'string' ? project : ''
  const name = project === null ? defaultProject : given
  return { owner: 'queue', project: name, scope: name, capture: false, restricted: true }
}

/**
 * Accepts an email whose request is on the queue: durable already, but without a record. Returns
 * the job that the request would have become. The request must stay on the queue until that job was
 * delivered or put.
 */
export async function adopt(postern: Postern, direct: DirectRequest): Promise<Adoption> {
  const { body, id, at, again } = direct
  const producer = producerOf(body)
  const asked = readEmailRequest(body, at, await timeReader([scheduledAtIn(body)]))
  const read = await whole(postern, asked, producer)
  if ('faults' in read) return refused(read.faults)
  const { request } = read
  const known = again ? await postern.emails.get(id, allProjects) : undefined
  const isScheduled = request.scheduledAt !== undefined
  if (known)
    return { kind: 'adopted', job: jobOf(known, isScheduled ? undefined : request.content) }
  const inForce = await postern.inForce.current()
  const no = noTo(read, producer, inForce)
  if (no) return no
  const arrival = arrivalOf({ id, request, caller: producer }, inForce, postern.clock.now())
  return { kind: 'adopted', job: await keep(postern, arrival) }
}

/** With its remote attachments, fetched again each time: the request on the queue only names them. */
async function whole(postern: Postern, asked: Asked, producer: Caller): Promise<Asked> {
  return 'request' in asked && hasRemote(asked.request)
    ? withAllowance((allowance) => gather(postern, asked.request, producer, allowance))
    : asked
}

function noTo(asked: Asked, producer: Caller, inForce: InForce): Adoption | undefined {
  if (!hasProject(inForce.settings, producer.project)) return refused([noProject])
  const judged = judge(asked, producer, inForce)
  switch (judged.kind) {
    case 'fit':
      return undefined
    case 'invalid':
      return refused(judged.faults)
    case 'forbidden':
      return { kind: 'refused', reason: judged.reason }
    default:
      return { kind: 'unavailable' }
  }
}

const noProject: Fault = {
  field: 'project',
  rule: 'there is no project of this name (settings: projects)',
  kind: 'invalid',
}

/** Names fields and rules, never a value. */
function refused(faults: readonly Fault[]): Adoption {
  const reason = faults.map(({ field, rule }) => `${field}: ${rule}`).join('; ')
  return { kind: 'refused', reason }
}
