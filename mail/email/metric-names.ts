/**
 * What is counted of the mail, by the same names on every host. On AWS the functions write them as
 * metrics of the place's namespace, each with the dimension `service` in addition to its own; an
 * alarm there cannot add up dimensions, so what it watches is written once more without them. One
 * machine answers them at `/metrics`, as Prometheus spells them.
 */
export const metricNames = {
  /** Tries at engines, by `Engine` and `Outcome`. */
  attempts: 'Attempts',
  /** Emails that settled, by `State` and without; those of other projects than `default` by `Project` too. */
  settled: 'Settled',
  engineBlocked: 'EngineBlocked',
  /** 1 from an invocation that met an engine which is paused, 0 from one that met none. */
  pausedEngines: 'PausedEngines',
  /** Senders whose bulk email is held back, and those that are warned of. */
  heldSenders: 'HeldSenders',
  warnedSenders: 'WarnedSenders',
  /** Emails that became held: they wait for a person. */
  held: 'Held',
  /** Jobs that threw, by the name of the `Error` and without: the invocation succeeds all the same. */
  jobFailed: 'JobFailed',
  settingsBroken: 'SettingsBroken',
  /** Events of emails, by `Event`; those of other projects than `default` by `Project` too. */
  told: 'Told',
  /** What came as feedback and is of no email of ours. */
  feedbackForeign: 'FeedbackForeign',
  /** What came as feedback and cannot be read: it is put away. */
  feedbackRefused: 'FeedbackRefused',
  /** What endpoints were told, by `State`. */
  notices: 'Notices',
  /** Endpoints that Postern gave up. */
  webhooksDisabled: 'WebhooksDisabled',
  /** Messages of notices that threw: they come again. */
  noticeFailed: 'NoticeFailed',
  /** Longest that an email waited for its first attempt, in seconds. */
  waitSeconds: 'WaitSeconds',
  /** Age of the oldest job that was deferred, in seconds: SQS's own age forgets what was received. */
  deferredSeconds: 'DeferredSeconds',
} as const
