import { Duration } from 'aws-cdk-lib'
import { ownMetric, type WatchedParts } from '../watched-parts.ts'
import type { Watch } from './watch.ts'

/** What only the functions see of the mail itself. */
export const mailWatches = (parts: WatchedParts) =>
  ({
    FirstAttempt: {
      text: 'An email waited for its first attempt for more than five minutes.',
      metric: ownMetric(parts, 'waitSeconds', 'Maximum'),
      above: 300,
      periods: 3,
      datapoints: 2,
    },
    Deferred: {
      text: 'An email has been tried again and again for more than six hours.',
      metric: ownMetric(parts, 'deferredSeconds', 'Maximum'),
      above: 6 * 3_600,
      // It looks again every hour at the latest, so that a longer silence means that it is gone.
      periods: 13,
      datapoints: 1,
    },
    EngineBlocked: {
      text: 'An engine refuses to take mail: emails wait for it.',
      metric: ownMetric(parts, 'engineBlocked', 'Sum'),
      above: 0,
      // A pause grows to a quarter of an hour, with one attempt at its end.
      periods: 4,
      datapoints: 1,
    },
    PausedEngines: {
      text: 'An engine is paused because it refused to take mail.',
      metric: ownMetric(parts, 'pausedEngines', 'Maximum'),
      above: 0,
      silence: 'same',
    },
    Held: {
      text: 'Emails became held within the last day: they wait for a person.',
      metric: ownMetric(parts, 'held', 'Sum').with({ period: Duration.hours(1) }),
      above: 0,
      periods: 24,
      datapoints: 1,
    },
    HeldSenders: {
      text: 'Bulk email of a sender is held back: too many recipients bounce or complain.',
      metric: ownMetric(parts, 'heldSenders', 'Maximum'),
      above: 0,
      silence: 'same',
    },
    WarnedSenders: {
      text: 'Many recipients of a sender bounce or complain: soon its bulk email will be held back.',
      metric: ownMetric(parts, 'warnedSenders', 'Maximum'),
      above: 0,
      silence: 'same',
    },
    JobFailed: {
      text: 'Emails cannot be dealt with: something that the send function needs fails.',
      metric: ownMetric(parts, 'jobFailed', 'Sum'),
      above: 0,
      // A job that fails looks again every hour at the latest; one failure may be a passing throttle.
      periods: 24,
      datapoints: 2,
    },
    WebhooksDisabled: {
      text: 'A webhook was disabled within the last day: its endpoint is gone, or failed for five days.',
      metric: ownMetric(parts, 'webhooksDisabled', 'Sum').with({ period: Duration.hours(1) }),
      above: 0,
      periods: 24,
      datapoints: 1,
    },
    NoticeFailed: {
      text: 'Webhooks are not told: something that the notify function needs fails.',
      metric: ownMetric(parts, 'noticeFailed', 'Sum'),
      above: 0,
      // One that fails looks again every hour at the latest; one failure may be a passing throttle.
      periods: 24,
      datapoints: 2,
    },
    SettingsBroken: {
      text: 'The saved settings cannot be used: the last good ones are in force.',
      metric: ownMetric(parts, 'settingsBroken', 'Sum'),
      above: 0,
      // Emails that wait because of it look again every quarter of an hour.
      periods: 4,
      datapoints: 1,
    },
  }) satisfies Record<string, Watch>
