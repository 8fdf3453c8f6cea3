import type { Clock } from '../../mail/ports/clock.ts'
import { json, refusal, type AwsService } from './aws-front.ts'
import type { FakeSqs } from './fake-sqs.ts'

/** EventBridge Scheduler in virtual time: emulators keep schedules but never fire them. */
export interface FakeScheduler {
  readonly service: AwsService
  /** What is to fire, by its name. */
  readonly schedules: ReadonlyMap<string, FakeSchedule>
  /** Puts what is due on its queue, then forgets it; twice each, when told so. */
  fire(times?: number): void
}

interface FakeSchedule {
  readonly at: number
  readonly queueArn: string
  readonly input: string
}

interface ScheduleRequest {
  readonly ScheduleExpression: string
  readonly ActionAfterCompletion: string
  readonly Target: { readonly Arn: string; readonly Input: string; readonly RoleArn: string }
}

export function fakeScheduler(clock: Clock, sqs: FakeSqs): FakeScheduler {
  const schedules = new Map<string, FakeSchedule>()
  return {
    schedules,
    service({ service, method, path, input }) {
      if (service !== 'scheduler') return undefined
      const name = decodeURIComponent(path.split('/')[2]!.split('?')[0]!)
      if (!/^[0-9a-zA-Z-_.]{1,64}$/.test(name)) return refusal('ValidationException')
      const isThere = schedules.has(name)
      if (method === 'POST' && isThere) return refusal('ConflictException', 409)
      if (method !== 'POST' && !isThere) return refusal('ResourceNotFoundException', 404)
      if (method === 'DELETE') schedules.delete(name)
      else {
        const schedule = scheduleOf(input as unknown as ScheduleRequest)
        if (!schedule || schedule.at <= clock.now()) return refusal('ValidationException')
        schedules.set(name, schedule)
      }
      return json(method === 'DELETE' ? {} : { ScheduleArn: `arn:aws:scheduler:::${name}` })
    },
    fire(times = 1) {
      for (const [name, { at, queueArn, input }] of [...schedules]) {
        if (at > clock.now()) continue
        for (let time = 0; time < times; time++) sqs.put(queueArn.replaceAll(':', '/'), input)
        schedules.delete(name)
      }
    },
  }
}

function scheduleOf({ ScheduleExpression, Target }: ScheduleRequest): FakeSchedule | undefined {
  const time = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(ScheduleExpression)?.[1]
  if (!time || !Target.RoleArn) return undefined
  return { at: Date.parse(`${time}Z`), queueArn: Target.Arn, input: Target.Input }
}
