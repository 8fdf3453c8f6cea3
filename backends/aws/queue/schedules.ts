import type { CreateScheduleCommandInput, SchedulerClient } from '@aws-sdk/client-scheduler'
import type { Place } from '../env.ts'
import type { ProvenMessages } from './proven-messages.ts'

/** Emails that are due later than the queue can hold back. */
export interface Schedules {
  /** Has the id put on the queue at that time, or a little later; an earlier time no longer counts. */
  set(id: string, dueAt: number): Promise<void>
  /** No error when there is none. */
  remove(id: string): Promise<void>
}

/** One schedule each, which deletes itself when it has fired. Its name is derived from the id. */
export function eventBridgeSchedules(
  scheduler: () => Promise<SchedulerClient>,
  place: Place,
  messages: ProvenMessages,
): Schedules {
  const GroupName = place.scheduleGroup
  async function set(id: string, dueAt: number): Promise<void> {
    const { CreateScheduleCommand } = await sdk()
    const pointer = await messages.write({ kind: 'due', id })
    const schedule = { Name: nameOf(id), ...scheduleOf(pointer, dueAt, place) }
    try {
      await (await scheduler()).send(new CreateScheduleCommand(schedule))
    } catch (error) {
      if (!hasName(error, 'ConflictException')) throw error
      if (!(await change(schedule))) await set(id, dueAt)
    }
  }

  /** Says whether it is still there: it may have fired in the meantime. */
  async function change(schedule: CreateScheduleCommandInput): Promise<boolean> {
    const { UpdateScheduleCommand } = await sdk()
    try {
      await (await scheduler()).send(new UpdateScheduleCommand(schedule))
      return true
    } catch (error) {
      if (isUnknown(error)) return false
      throw error
    }
  }

  return {
    set,
    async remove(id) {
      const { DeleteScheduleCommand } = await sdk()
      try {
        await (await scheduler()).send(new DeleteScheduleCommand({ Name: nameOf(id), GroupName }))
      } catch (error) {
        if (!isUnknown(error)) throw error
      }
    },
  }
}

function scheduleOf(pointer: string, dueAt: number, place: Place) {
  // Whole seconds, never early: an email that comes early has to wait on the queue.
  const time = new Date(Math.ceil(dueAt / 1_000) * 1_000).toISOString().slice(0, 19)
  return {
    GroupName: place.scheduleGroup,
    ScheduleExpression: `at(${time})`,
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: {
      Arn: place.queueArn,
      RoleArn: place.scheduleRoleArn,
      Input: pointer,
      // What cannot be put on the queue for a day is seen as a dead letter, not forgotten.
      DeadLetterConfig: { Arn: place.deadLetterQueueArn },
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
    },
  } as const
}

function nameOf(id: string): string {
  return `email-${id}`
}

function isUnknown(error: unknown): boolean {
  return hasName(error, 'ResourceNotFoundException')
}

function hasName(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name
}

/** Loaded by the first email that is due later. */
function sdk() {
  return import('@aws-sdk/client-scheduler')
}
