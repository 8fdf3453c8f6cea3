import type { Job } from '../../mail/email/job.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Queue } from '../../mail/ports/queue.ts'
import type { MessageGroups } from '../../backends/aws/queue/message-group.ts'
import { fairness, type FairMemory, type Load } from './fairness.ts'
import { fifo, type Fifo } from './fifo.ts'
import { eventHeap } from './heap.ts'

/** SQS as far as it shapes how fast emails leave: a standard queue, with or without fair queues. */
export interface SimulatedSqs {
  readonly queue: Queue
  /** What is due, at most so many messages; nothing while too many are in flight. */
  receive(most: number): Message[]
  remove(message: Message): void
  /** ChangeMessageVisibility. */
  hide(message: Message, ms: number): void
  /** Messages that are there from the start, made only when their turn comes. */
  fill(count: number, group: string, make: (n: number) => Job): void
  /** Received and not removed, also while hidden for hours. */
  readonly inFlight: number
  readonly mostInFlight: number
  /** Nothing is there any more, hidden or not. */
  readonly isEmpty: boolean
}

/** One receive of a message; the next one makes this worthless. */
export interface Message {
  readonly job: Job
  readonly turn: number
  readonly sentAt: number
  readonly group: string
}

interface SqsOptions {
  readonly clock: Clock
  readonly visibilitySeconds: number
  /** Whether messages have a MessageGroupId. */
  readonly fair: boolean
  /** That of a job; its lane unless given. */
  readonly groupOf?: MessageGroups
  /** What a fair queue remembers; as we think it is unless given. */
  readonly memory?: FairMemory
  /** This share of the messages is given twice. */
  readonly doubled: number
  readonly random: () => number
}

/** Quota of a standard queue (SQS developer guide, "message quotas"). */
const quota = 120_000

/** A message that is given twice comes again within so many milliseconds. */
const doubledWithinMs = 60_000

const limits = { inlineBytes: 262_144, togetherBytes: 4_000_000, batch: 1_000, hastens: false }

interface Stored {
  readonly job: Job
  readonly sentAt: number
  readonly group: Group
  turn: number
  receivedAt: number
  state: 'delayed' | 'ready' | 'hidden' | 'gone'
}

interface Group extends Load {
  readonly ready: Fifo<Stored>
  backlog: number
  filledAt: number
  next: (() => Stored) | undefined
}

export function simulatedSqs(options: SqsOptions): SimulatedSqs {
  const { clock, visibilitySeconds, doubled, random } = options
  const { groupOf: nameOf = ({ lane }) => lane } = options
  const groups = new Map<string, Group>()
  const wakings = eventHeap()
  const stored = new Set<Stored>()
  const held = new WeakMap<Message, Stored>()
  const fair = fairness(clock, options.memory)
  let mostInFlight = 0
  let deadLetters = 0

  function groupNamed(own: string): Group {
    const name = options.fair ? own : ''
    const group = groups.get(name) ?? {
      ...{ ready: fifo<Stored>(), backlog: 0, filledAt: 0, next: undefined },
      ...fair.newLoad(),
    }
    groups.set(name, group)
    return group
  }

  function put(job: Job, sentAt: number, wait: number) {
    const message: Stored = {
      job,
      sentAt,
      group: groupNamed(nameOf(job)),
      turn: 0,
      state: 'delayed',
      receivedAt: 0,
    }
    stored.add(message)
    showLater(message, wait)
  }

  /** Unless it is received, hidden again or removed before. */
  function showLater(message: Stored, ms: number) {
    const { turn } = message
    const run = () => {
      if (message.turn !== turn || message.state === 'gone') return
      if (message.state === 'hidden') fair.leave(message.group)
      message.state = 'ready'
      message.group.ready.push(message)
    }
    wakings.push({ time: clock.now() + ms, run })
  }

  function showDue() {
    while ((wakings.nextTime ?? Infinity) <= clock.now()) wakings.pop()!.run()
  }

  /** The oldest first, as far as a standard queue keeps an order: what was put later waits. */
  function nextOf(group: Group): Stored | undefined {
    while (group.ready.peek() && group.ready.peek()!.state !== 'ready') group.ready.shift()
    const first = group.ready.peek()
    if (first && (group.backlog === 0 || first.sentAt <= group.filledAt)) return group.ready.shift()
    if (group.backlog === 0) return undefined
    group.backlog -= 1
    return group.next!()
  }

  /** Quiet groups first, then of the noisy ones that with the fewest in flight. */
  function take(): Stored | undefined {
    const later: Group[] = []
    for (const group of groups.values()) {
      if (group.ready.size + group.backlog === 0) continue
      const message = fair.isNoisy(group) ? void later.push(group) : nextOf(group)
      if (message) return message
    }
    later.sort((one, other) => one.inFlight - other.inFlight)
    for (const group of later) {
      const message = nextOf(group)
      if (message) return message
    }
    return undefined
  }

  function receiveOne(): Message | undefined {
    if (fair.inFlight >= quota) return undefined
    const message = take()
    if (!message) return undefined
    const { job, sentAt, group } = message
    message.turn += 1
    message.state = 'hidden'
    message.receivedAt = clock.now()
    fair.enter(group)
    mostInFlight = Math.max(mostInFlight, fair.inFlight)
    showLater(message, visibilitySeconds * 1_000)
    if (random() < doubled) put(job, sentAt, random() * doubledWithinMs)
    const received = { job, sentAt, turn: message.turn, group: nameOf(job) }
    held.set(received, message)
    return received
  }

  function holderOf(received: Message): Stored | undefined {
    const message = held.get(received)
    const isCurrent = message?.state === 'hidden' && message.turn === received.turn
    return isCurrent ? message : undefined
  }

  function count(state: Stored['state']): number {
    return [...stored].filter((message) => message.state === state).length
  }

  return {
    receive(most) {
      showDue()
      const received: Message[] = []
      while (received.length < most) {
        const one = receiveOne()
        if (!one) break
        received.push(one)
      }
      return received
    },
    remove(received) {
      const message = holderOf(received)
      if (!message) return
      fair.leave(message.group)
      fair.note(message.group, message.receivedAt)
      message.state = 'gone'
      stored.delete(message)
    },
    hide(received, ms) {
      const message = holderOf(received)
      if (!message) return
      fair.note(message.group, message.receivedAt, ms)
      // What was to show it before does not count any more.
      message.turn += 1
      held.delete(received)
      showLater(message, ms)
    },
    fill(backlog, name, make) {
      const group = groupNamed(name)
      const sentAt = clock.now()
      let n = 0
      group.backlog = backlog
      group.filledAt = sentAt
      group.next = () => {
        const message: Stored = {
          job: make(n++),
          sentAt,
          group,
          turn: 0,
          receivedAt: 0,
          state: 'ready',
        }
        stored.add(message)
        return message
      }
    },
    get inFlight() {
      return fair.inFlight
    },
    get mostInFlight() {
      return mostInFlight
    },
    get isEmpty() {
      return stored.size === 0 && [...groups.values()].every(({ backlog }) => backlog === 0)
    },
    queue: {
      limits,
      async put(jobs) {
        refuse(jobs)
        for (const job of jobs) put(job, clock.now(), Math.max(0, (job.dueAt ?? 0) - clock.now()))
      },
      async cancel(id) {
        showDue()
        for (const message of stored)
          if (message.job.id === id && message.state === 'delayed' && message.turn === 0) {
            message.state = 'gone'
            stored.delete(message)
          }
      },
      bury: async () => void (deadLetters += 1),
      hasten: async () => undefined,
      lanes: () => Promise.reject(new Error('SQS does not count its groups')),
      async depth(now) {
        showDue()
        const waiting = [...stored].filter(({ state }) => state === 'ready')
        const oldest = Math.min(now, ...waiting.map(({ sentAt, job }) => job.dueAt ?? sentAt))
        return {
          depth: waiting.length + count('hidden'),
          sending: 0,
          scheduled: count('delayed'),
          held: 0,
          deadLetters,
          oldestAgeSeconds: (now - oldest) / 1_000,
        }
      },
    },
  }
}

function refuse(jobs: readonly Job[]) {
  if (jobs.length > limits.batch)
    throw new RangeError(`at most ${limits.batch} jobs can be put at once`)
  const isTooLarge = ({ content }: Job) =>
    content && Buffer.byteLength(JSON.stringify(content)) > limits.inlineBytes
  if (jobs.some(isTooLarge)) throw new RangeError('content above 256 KB does not travel in the job')
}
