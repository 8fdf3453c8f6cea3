import { countedEvents } from '../../mail/email/event.ts'
import { metricNames } from '../../mail/email/metric-names.ts'
import { defaultProject } from '../../mail/email/project.ts'
import { emailStates, isSettled } from '../../mail/email/states.ts'
import { streams } from '../../mail/email/stream.ts'
import { noticeStates } from '../../mail/email/webhook.ts'
import type { Make } from './make.ts'

export type Counters = ReturnType<typeof counters>

/**
 * What is counted. Labels take their values from lists of ours, which are short, whatever is sent to
 * whom: engines, states, outcomes, events, streams, projects (50 at most), patterns of routes.
 */
export function counters({ counter }: Make) {
  const all = {
    accepted: counter('Accepted', 'Emails that were accepted', 'stream'),
    attempts: counter(metricNames.attempts, 'Tries at engines', 'engine', 'outcome'),
    settled: counter(metricNames.settled, 'Emails that settled', 'state', 'project'),
    held: counter(metricNames.held, 'Emails that became held: they wait for a person'),
    engineBlocked: counter(metricNames.engineBlocked, 'Tries that an engine refused to make'),
    jobFailed: counter(metricNames.jobFailed, 'Attempts that failed in Postern itself'),
    told: counter(metricNames.told, 'Events that providers told of emails', 'event', 'project'),
    feedbackForeign: counter(metricNames.feedbackForeign, 'Feedback about no email of ours'),
    feedbackRefused: counter(metricNames.feedbackRefused, 'Feedback that was refused'),
    notices: counter(
      metricNames.notices,
      'Attempts to tell webhooks, by what they came to',
      'state',
    ),
    noticeFailed: counter(metricNames.noticeFailed, 'Notices that failed in Postern itself'),
    webhooksDisabled: counter(metricNames.webhooksDisabled, 'Webhooks that Postern gave up'),
    httpRequests: counter(
      'HttpRequests',
      'Requests over HTTP, by pattern of the route and class of the status',
      ...(['method', 'route', 'status'] as const),
    ),
  }
  startAtZero(all)
  return all
}

/** What appears with its first event has no increase that an alert could see. */
function startAtZero({ accepted, settled, told, notices }: StartedAtZero) {
  const project = defaultProject
  for (const stream of streams) accepted.inc({ stream }, 0)
  for (const state of emailStates.filter(isSettled)) settled.inc({ state, project }, 0)
  for (const event of countedEvents) told.inc({ event, project }, 0)
  for (const state of noticeStates) notices.inc({ state }, 0)
}

interface StartedAtZero {
  readonly accepted: Counted<'stream'>
  readonly settled: Counted<'state' | 'project'>
  readonly told: Counted<'event' | 'project'>
  readonly notices: Counted<'state'>
}

interface Counted<Label extends string> {
  inc(labels: Readonly<Partial<Record<Label, string>>>, value: number): void
}
