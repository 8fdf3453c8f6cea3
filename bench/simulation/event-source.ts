import { startEnvironment, type Cloud, type Environment } from './environment.ts'

interface EventSourceOptions {
  readonly cloud: Cloud
  /** MaximumConcurrency of the event source mapping. */
  readonly senders: number
  readonly batchSize: number
  /** This share of the invocations dies in the middle. */
  readonly crashes: number
}

/** Concurrent batches: at first so many, and so many more each second (+300 a minute). */
const scaling = { first: 5, perSecond: 5 }

/** Between an environment's answer and its next batch: poll, invoke, answer, delete. In ms. */
const overheadMs = 20
const coldStartMs = 450

/** How long a poll waits that finds nothing. */
const emptyPollMs = 1_000

/** Takes batches off the queue and has environments of the send function deal with them. */
export function startEventSource(options: EventSourceOptions): { readonly crashed: number } {
  const { cloud, senders, batchSize, crashes } = options
  const { world, sqs, calls, random } = cloud
  const idle: Environment[] = []
  const since = world.clock.now()
  const state = { crashed: 0 }

  function isAllowed(slot: number): boolean {
    const seconds = (world.clock.now() - since) / 1_000
    return slot < scaling.first + seconds * scaling.perSecond
  }

  async function poll(slot: number): Promise<never> {
    for (;;) {
      while (!isAllowed(slot)) await world.sleep(1_000)
      calls.receives += 1
      const batch = sqs.receive(batchSize)
      if (batch.length === 0) await world.sleep(emptyPollMs)
      else await invoke(batch)
    }
  }

  async function invoke(batch: ReturnType<typeof sqs.receive>) {
    await world.sleep(overheadMs)
    const began = world.clock.now()
    const warm = idle.pop()
    if (!warm) await world.sleep(coldStartMs)
    const environment = warm ?? startEnvironment(cloud)
    calls.invocations += 1
    const diesAfterMs = random() < crashes ? random() * 1_000 : cloud.invocationSeconds * 1_000
    const over = new AbortController()
    const end = world.clock.until(began + diesAfterMs, over.signal).then(() => undefined)
    const done = await Promise.race([environment.invoke(batch), end])
    over.abort()
    calls.milliseconds += world.clock.now() - began
    if (!done) {
      environment.crash()
      state.crashed += 1
      return
    }
    idle.push(environment)
    if (done.length > 0) calls.deletes += 1
    for (const message of done) sqs.remove(message)
  }

  for (let slot = 0; slot < senders; slot++) void poll(slot)
  return state
}
