import { risk, wrong } from './finding.ts'
import { type Facts, uses } from './facts.ts'
import type { Finding } from './finding.ts'

/** Less free space than this, in bytes, and a busy day may fill the disk. */
const littleSpace = 500_000_000

/** What the engines and the queue say. */
export function examineState(facts: Facts): Finding[] {
  const { faults, settings, readableSecrets, host, queue } = facts
  const missing = Object.keys(settings.secrets).filter((name) => !readableSecrets.includes(name))
  const { freeBytes = Number.POSITIVE_INFINITY } = host
  return [
    ...faults.map(({ path, rule }) =>
      wrong(
        'settings.broken',
        `${path}: ${rule}; older settings are in force`,
        'correct the document',
      ),
    ),
    ...(host.templates ?? []).map((text) =>
      wrong('templates.broken', `${text}; what was whole before is in force`, 'correct the file'),
    ),
    ...missing.map((name) =>
      wrong(
        'secret.missing',
        `the settings pin version ${settings.secrets[name]} of ${name}, which does not exist`,
        `run: postern settings set ${name}`,
      ),
    ),
    ...when(freeBytes < littleSpace, () =>
      wrong(
        'host.space',
        `only ${Math.floor(freeBytes / 1e6)} MB are free where the emails are kept`,
        'free space, or set POSTERN_DATA and POSTERN_KEEP',
      ),
    ),
    ...when(queue.deadLetters > 0, () =>
      risk(
        'queue.dead-letters',
        `${queue.deadLetters} emails were given up`,
        'run: postern dead-letters list',
      ),
    ),
    ...when(queue.held > 0, () =>
      risk(
        'queue.held',
        `${queue.held} emails wait for a decision`,
        'run: postern emails list --state held',
      ),
    ),
  ]
}

/** Without these the engines of providers can do nothing. */
const keysOfProviders = [
  ['sendgrid', 'sendgrid.apiKey'],
  ['resend', 'resend.apiKey'],
  ['postmark', 'postmark.serverToken'],
  ['mailgun', 'mailgun.apiKey'],
] as const

/** Whether the engines in use would take mail. */
export function examineDelivery(facts: Facts): Finding[] {
  const { settings, verdicts, standing, now } = facts
  const paused = Object.entries(standing).filter(([, { pausedUntil = 0 }]) => pausedUntil > now)
  return [
    ...when(uses(facts, 'disabled'), () => wrong('engine.disabled', 'mail is off', 'set engine')),
    ...Object.entries(verdicts).flatMap(([name, one]) =>
      one.valid
        ? (one.warnings ?? []).map((text) =>
            risk(`${name}.warning`, text, 'see the page of this engine in docs/engines'),
          )
        : name === 'disabled'
          ? []
          : [
              wrong(
                'engine.invalid',
                `${name}: ${one.reason}`,
                'correct it and run: postern settings verify',
              ),
            ],
    ),
    ...paused.map(([name, { reason }]) =>
      wrong(
        'engine.paused',
        `${name} is paused: ${reason}`,
        'the next email after the pause probes it again',
      ),
    ),
    ...keysOfProviders.flatMap(([engine, secret]) =>
      when(uses(facts, engine) && settings.secrets[secret] === undefined, () =>
        wrong(
          `${engine}.key-missing`,
          `the engine ${engine} has no key`,
          `run: postern settings set ${secret}`,
        ),
      ),
    ),
    ...when(uses(facts, 'mailgun') && settings.mailgun.domain === null, () =>
      wrong('mailgun.domain-missing', 'Mailgun needs a sending domain', 'set mailgun.domain'),
    ),
    ...when(uses(facts, 'sendgrid') && settings.sendgrid.sandbox, () =>
      risk(
        'sendgrid.sandbox',
        'SendGrid is in sandbox mode: nothing is delivered',
        'set sendgrid.sandbox=false',
      ),
    ),
    ...when(settings.delivery.giveUpAfterHours < 1, () =>
      risk(
        'delivery.impatient',
        'a short outage is enough for email to fail',
        'set delivery.giveUpAfterHours=24',
      ),
    ),
    ...when((settings.delivery.ratePerSecond ?? 1) < 0.1, () =>
      risk('delivery.slow', 'fewer than six recipients a minute', 'raise delivery.ratePerSecond'),
    ),
  ]
}

/** Safety rules that probably keep more mail than was meant. */
export function examineSafety({ settings: { safety, noop, engine } }: Facts): Finding[] {
  return [
    ...when(safety.allow?.length === 0, () =>
      risk(
        'safety.nobody',
        'safety.allow is empty: no one gets real mail',
        'list who may, or unset it',
      ),
    ),
    ...when(safety.allow !== null && safety.otherwise === 'drop', () =>
      risk(
        'safety.drop',
        'mail to everyone else is dropped',
        'set safety.otherwise=capture to keep it',
      ),
    ),
    ...when(engine === 'noop' && noop.mode === 'discard', () =>
      risk('noop.discard', 'every email is dropped', 'set noop.mode=capture to look at them'),
    ),
  ]
}

function when(condition: boolean, finding: () => Finding): Finding[] {
  return condition ? [finding()] : []
}
