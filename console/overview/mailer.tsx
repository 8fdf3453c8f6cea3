import type { Health } from '../data/answers.ts'
import { useEngineLabel } from '../data/engines.ts'
import type { SettingsAnswer } from '../settings/answers.ts'
import { Icon } from '../parts/icon.tsx'
import { Time } from '../parts/time.tsx'
import { number } from '../parts/words.ts'
import { locksOf } from '../settings/layers.ts'
import { href } from '../shell/place.ts'

interface MailerProps {
  readonly health: Health
  /** Undefined where they are not the reader's to see. */
  readonly settings?: SettingsAnswer
}

/** The one question that the page is opened for: does mail work? */
export function Mailer({ health: { mailer, storage, templates = [] }, settings }: MailerProps) {
  const engineLabel = useEngineLabel()
  const standing = standingOf(mailer)
  const locked = settings ? locksOf(settings.locks) : []
  return (
    <section class={`mailer ${standing.tone}`}>
      <div class="lamp">
        <Icon name={standing.tone === 'good' ? 'check' : standing.icon} />
      </div>
      <div>
        <h2>{standing.title}</h2>
        <p>{standing.text}</p>
        {mailer.trouble.length === 0 && mailer.reason && (
          <blockquote class="words">{mailer.reason}</blockquote>
        )}
        {mailer.trouble.map((one) => (
          <Trouble key={one.engine} {...one} engine={engineLabel(one.engine)} />
        ))}
        {storage && <blockquote class="words">{storage}</blockquote>}
        {templates.map((fault) => (
          <blockquote key={fault} class="words">
            Template: {fault}
          </blockquote>
        ))}
        <dl class="facts">
          <div>
            <dt>Engine</dt>
            <dd>
              {mailer.engine.map(engineLabel).join(', then ')}
              {locked.some(({ path }) => path === 'engine') && (
                <span class="tag locked">
                  <Icon name="lock" /> locked
                </span>
              )}
            </dd>
          </div>
          {settings && (
            <div>
              <dt>Settings in force</dt>
              <dd>
                {settings.saved_at ? (
                  <span>
                    saved <Time at={settings.saved_at} />
                  </span>
                ) : (
                  'as deployed'
                )}
              </dd>
            </div>
          )}
          {mailer.quota && (
            <div>
              <dt>Sent in 24 hours</dt>
              <dd>
                {number(mailer.quota.used)}
                {mailer.quota.most !== null && ` of ${number(mailer.quota.most)}`}
                {mailer.quota.isSandbox && <span class="tag">sandbox</span>}
              </dd>
            </div>
          )}
          {settings?.verdict && (
            <div>
              <dt>Last verified</dt>
              <dd>
                <Time at={settings.verdict.at} />
              </dd>
            </div>
          )}
        </dl>
      </div>
      {settings && (
        <a class="button" href={href(['settings'])}>
          <Icon name="settings" /> <span>Settings</span>
        </a>
      )}
    </section>
  )
}

interface TroubleProps {
  readonly engine: string
  readonly kind: string
  readonly reason: string
  readonly since: string | null
}

/** Since when an engine takes nothing, and why, in the server's words. */
function Trouble({ engine, kind, reason, since }: TroubleProps) {
  return (
    <>
      {since && (
        <p>
          {engine}: {kind}, nothing taken since <Time at={since} />
        </p>
      )}
      <blockquote class="words">{reason}</blockquote>
    </>
  )
}

function standingOf({ engine, valid }: Health['mailer']) {
  if (engine.includes('disabled'))
    return {
      tone: 'bad',
      icon: 'close',
      title: 'Mail is off',
      text: 'New email is refused; email accepted before waits.',
    } as const
  if (!valid)
    return {
      tone: 'bad',
      icon: 'alert',
      title: 'Mail does not leave',
      text: 'Email is accepted and waits: nothing is lost. No engine takes it at the moment.',
    } as const
  if (engine.includes('noop'))
    return {
      tone: 'quiet',
      icon: 'inbox',
      title: 'Mail is captured, not sent',
      text: 'Every email is kept in the inbox here. None of it leaves.',
    } as const
  return {
    tone: 'good',
    icon: 'check',
    title: 'Mail works',
    text: 'The engine was asked and accepts email.',
  } as const
}
