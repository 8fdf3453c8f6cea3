import type { Stage } from '../soak/sink-dialogue.ts'
import type { Where } from './crash-at.ts'
import type { Life } from './life.ts'

/** One place at which Postern is made to die. */
export interface CrashPoint {
  readonly name: string
  /**
   * @param time the nth time that the place is reached, where it is reached more than once
   * @param repeat counts from 0
   */
  readonly lives: (time: number, repeat: number) => readonly Life[]
}

const dayMs = 86_400_000

/** In the statement that writes down what became of an email. */
const endOfClaim = 'claim = NULL, lease_until = NULL'

/** In the statement that changes an email which no attempt holds. */
const recordOfEmail = 'UPDATE emails SET state = ?'

/** Along the way of an email, and when Postern starts or tidies up. */
export const crashPoints: readonly CrashPoint[] = [
  point('api: before reading the body', () => [{ client: 'head sent' }]),
  atPort('api: key written, nothing else', 'idempotency.begin', 'after'),
  atPort('api: about to store the email', 'intake.put', 'before'),
  atStatement('api: record in the transaction, content not', 'INSERT INTO blobs', 'before'),
  atStatement('api: content in the transaction, not committed', 'INSERT INTO blobs', 'after'),
  // Few emails need one.
  atStatement('api: record in the transaction, job not', 'INSERT INTO jobs', 'before', 1),
  atStatement('api: job in the transaction, not committed', 'INSERT INTO jobs', 'after', 1),
  atPort('api: stored, key not finished', 'idempotency.finish', 'before'),
  atPort('api: all stored, answer not sent', 'idempotency.finish', 'after'),
  point('api: answer sent', () => [{ client: 'answer read' }]),
  atPort('worker: job taken, not claimed', 'emails.claim', 'before'),
  atPort('worker: claimed, content not read', 'emails.claim', 'after'),
  atPort('worker: content read, nothing sent', 'blobs.get', 'after'),
  atSink('worker: connected', 'connected'),
  atSink('worker: after MAIL', 'mail'),
  atSink('worker: after RCPT, one accepted', 'rcpt'),
  atSink('worker: after 354', 'data'),
  atSink('worker: half of the content', 'half'),
  atSink('worker: final dot sent, not stored', 'dot'),
  atSink('worker: final dot sent, stored', 'stored'),
  atPort('worker: 250 read, not on record', 'emails.settle', 'before'),
  atPort('worker: on record, job not acknowledged', 'emails.settle', 'after'),
  atStatement('worker: about to be settled in the transaction', endOfClaim, 'before'),
  atStatement('worker: settled in the transaction, not committed', endOfClaim, 'after'),
  point('person: retry on record, job not', () => retryWithoutJob),
  point('start: a job for what waits without one, not written', () => [
    ...retryWithoutJob,
    { crash: { where: { kind: 'sql', text: 'INSERT INTO jobs', when: 'before' } } },
  ]),
  point('start: a job for what waits without one, not committed', () => [
    ...retryWithoutJob,
    { crash: { where: { kind: 'sql', text: 'INSERT INTO jobs', when: 'after' } } },
  ]),
  point('start: before the leases of the dead end', (time) => [
    { crash: { where: { kind: 'port', call: 'emails.settle', when: 'before' }, time } },
    { crash: { where: { kind: 'sql', text: 'UPDATE emails SET lease_until', when: 'before' } } },
  ]),
  told('feedback: about to store a batch', 'signals.put', 'before'),
  told('feedback: stored, answer not sent', 'signals.put', 'after'),
  toldAtStatement('feedback: suppressed in the transaction, events not', 'INTO events', 'before'),
  toldAtStatement('feedback: an event in the transaction, record not', 'INTO events', 'after'),
  toldAtStatement('feedback: record in the transaction, not committed', recordOfEmail, 'after'),
  toldAtStatement('feedback: committed, signal still there', 'DELETE FROM signals', 'before'),
  hooked('webhook: about to put what tells of an email', sqlAt('INSERT INTO notices', 'before')),
  hooked('webhook: put in the transaction, not committed', sqlAt('INSERT INTO notices', 'after')),
  hooked('webhook: about to tell', portAt('web.post', 'before')),
  hooked('webhook: told, not on record', portAt('web.post', 'after')),
  hooked('webhook: record in the transaction', sqlAt('UPDATE notices SET state', 'after')),
  point('webhook: feedback put to be told, not committed', (time) => [
    { hooks: true },
    settledLife,
    { crash: { where: sqlAt('INSERT INTO notices', 'after'), time }, tells: true },
  ]),
  atStatement('migration: between two steps', 'PRAGMA user_version = 1;', 'after', 1),
  point('retention: content about to go', () => [settledLife, tidyingLife('before')]),
  point('retention: content gone, not committed', () => [settledLife, tidyingLife('after')]),
]

/** Held after a crash in the middle; a person tries it again, and no job is written. */
const retryWithoutJob: readonly Life[] = [
  { sink: { stage: 'dot', time: 1 } },
  { crash: { where: { kind: 'port', call: 'queue.put', when: 'before' } }, retries: true },
]

const settledLife: Life = { after: 'quiet' }

/** So much later that the content of what was sent is not kept any more. */
function tidyingLife(when: 'before' | 'after'): Life {
  return {
    crash: { where: { kind: 'sql', text: 'DELETE FROM blobs', when }, laterMs: 9 * dayMs },
  }
}

export function point(name: string, lives: CrashPoint['lives']): CrashPoint {
  return { name, lives }
}

/** All is sent in a sound life; in the next one a provider tells what became of it. */
function told(name: string, call: string, when: 'before' | 'after'): CrashPoint {
  return point(name, () => [
    settledLife,
    { crash: { where: { kind: 'port', call, when } }, tells: true },
  ])
}

/** All in one life that has a webhook set. */
function hooked(name: string, where: Where): CrashPoint {
  return point(name, (time) => [{ hooks: true }, { crash: { where, time } }])
}

function sqlAt(text: string, when: Where['when']): Where {
  return { kind: 'sql', text, when }
}

function portAt(call: string, when: Where['when']): Where {
  return { kind: 'port', call, when }
}

function toldAtStatement(name: string, text: string, when: 'before' | 'after'): CrashPoint {
  return point(name, (time) => [
    settledLife,
    { crash: { where: { kind: 'sql', text, when }, time }, tells: true },
  ])
}

function atPort(name: string, call: string, when: 'before' | 'after'): CrashPoint {
  return point(name, (time) => [{ crash: { where: { kind: 'port', call, when }, time } }])
}

/** @param only not another time */
function atStatement(name: string, text: string, when: 'before' | 'after', only?: number) {
  return point(name, (time) => [
    { crash: { where: { kind: 'sql', text, when }, time: only ?? time } },
  ])
}

/** Only one email of a trial is as large, and only one has as many recipients. */
function atSink(name: string, stage: Stage): CrashPoint {
  const isOnce = stage === 'half' || stage === 'rcpt'
  return point(name, (time) => [{ sink: { stage, time: isOnce ? 1 : time } }])
}
