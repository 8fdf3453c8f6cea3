import type { LambdaClient } from '@aws-sdk/client-lambda'
import type { Caller } from '../../mail/keys/caller.ts'
import type { Verdict } from '../../mail/email/outcome.ts'
import type { Fleet } from '../../mail/ports/fleet.ts'
import type { Job } from '../../mail/email/job.ts'
import type { Queue } from '../../mail/ports/queue.ts'
import type { Settings } from '../../mail/settings/settings.ts'
import type { SettingsCandidate } from '../../mail/configure/candidate.ts'
import type { CandidateTest } from '../../mail/doctor/test-candidate.ts'
import type { TestWish } from '../../mail/doctor/test-email.ts'
import type { AwsAccess } from './clients.ts'

/** What the send function is invoked for directly, because only it may read secrets. */
export type Question =
  | {
      readonly ask: 'verify'
      readonly settings: Settings
      /** Candidates: written nowhere, and never shown. */
      readonly secrets: Readonly<Record<string, string>>
    }
  | { readonly ask: 'findSecrets'; readonly refs: Settings['secrets'] }
  | {
      readonly ask: 'findEmail'
      readonly tokens: readonly string[]
      readonly refs: Settings['secrets']
    }
  /** The secrets of the candidate are written nowhere either. */
  | {
      readonly ask: 'sendWithCandidate'
      readonly candidate: SettingsCandidate
      readonly wish: TestWish
      readonly caller: Caller
    }
  /** One attempt now, ahead of all that waits on the queue, where the job is too. */
  | { readonly ask: 'deliver'; readonly job: Job }
  /** Ask the engines about the settings in force, and keep what they say. */
  | { readonly ask: 'verifyInForce' }
  /** Take addresses off the list of Amazon SES. */
  | { readonly ask: 'unlist'; readonly spellings: readonly string[] }
  /** Both asked once a day, by rules of the deployment. */
  | { readonly ask: 'sweep' }
  | { readonly ask: 'walkSuppressed' }

export interface Answers {
  readonly verify: Readonly<Record<string, Verdict>>
  readonly findSecrets: readonly string[]
  readonly findEmail: string | null
  readonly sendWithCandidate: CandidateTest
  readonly deliver: null
  readonly verifyInForce: null
  readonly unlist: null
  readonly sweep: null
  readonly walkSuppressed: null
}

/** @throws Error when the send function gave no answer in time */
type AskSend = <Asked extends Question>(question: Asked) => Promise<Answers[Asked['ask']]>

/** Longest to wait for an answer, in milliseconds: an HTTP API gives up after 30 s. */
const patienceMs = 25_000

/** Invokes the send function of this name. Once: it may be doing what the last try asked for. */
export function askSendFunction(access: AwsAccess, name: string): AskSend {
  let client: LambdaClient | undefined
  return async (question) => {
    const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda')
    client ??= new LambdaClient({ ...access, maxAttempts: 1 })
    const command = new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(question) })
    const abortSignal = AbortSignal.timeout(patienceMs)
    const { FunctionError, Payload } = await client.send(command, { abortSignal })
    if (FunctionError) throw new Error('the send function failed; see its log')
    return JSON.parse(Buffer.from(Payload ?? []).toString()) as never
  }
}

/** The engines, for a host that may not use them itself. */
export function remoteFleet(ask: AskSend): Fleet {
  return {
    async use() {
      throw new Error('only the send function uses engines')
    },
    aside() {
      throw new Error('only the send function opens engines')
    },
    pulse() {
      throw new Error('only the send function sees how engines fare')
    },
    verify: (settings, secrets) => ask({ ask: 'verify', settings, secrets }),
    findSecrets: (refs) => ask({ ask: 'findSecrets', refs }),
    findEmail: (tokens, refs) => ask({ ask: 'findEmail', tokens, refs }),
    close: async () => undefined,
  }
}

/**
 * The same queue, whose jobs are also tried at once. On the queue they are safe already, so that
 * nothing depends on the answer: the second one finds the email claimed or settled.
 */
export function promptQueue(queue: Queue, ask: AskSend): Queue {
  return {
    ...queue,
    async put(jobs) {
      await queue.put(jobs)
      await Promise.allSettled(jobs.map((job) => ask({ ask: 'deliver', job })))
    },
  }
}
