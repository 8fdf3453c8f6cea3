import { useState } from 'preact/hooks'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Icon } from '../parts/icon.tsx'
import { Notice } from '../parts/notice.tsx'
import { State } from '../parts/state.tsx'
import { Time } from '../parts/time.tsx'
import { count, engineLabel } from '../parts/words.ts'
import { confirm } from '../shell/confirm.tsx'
import { href } from '../shell/place.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import type { SettingsAnswer, Verdicts } from './answers.ts'
import { changesBetween, draft as store, isChanged, startOf, type Draft } from './draft.ts'
import { chosenEngines } from './in-form.ts'
import { useTrial, type TestAnswer, type TrialOptions } from './trial.ts'
import { labelOf } from './wording.ts'

/** What is in force, what would change, and the three things to do about it: verify, test, save. */
export function TrialPanel(options: TrialOptions) {
  const { draft, onFaults } = options
  const trial = useTrial(options)
  const [to, setTo] = useState('')
  const dirty = isChanged(draft)
  const { tried } = trial
  useShortcuts('Settings', [
    { keys: 'v', label: 'Verify', run: () => void trial.verify() },
    { keys: 's', label: 'Save and activate', run: () => void (dirty && trial.save(false)) },
  ])
  const discard = async () => {
    if (await confirm(discardQuestion)) {
      onFaults({})
      store.set(startOf(draft.base))
    }
  }
  return (
    <aside class="trial card" aria-label="Try and save">
      <InForce base={draft.base} />
      <Changes draft={draft} />
      <div class="stack" aria-live="polite">
        {tried.fault && <Notice tone="bad" title={tried.fault} />}
        {tried.verdicts && <VerdictList verdicts={tried.verdicts} />}
        {tried.isUnverified && (
          <Button busy={trial.isSaving} onClick={() => void trial.save(true)}>
            Save all the same
          </Button>
        )}
        {tried.test && <TestResult test={tried.test} />}
      </div>
      <Button icon="pulse" busy={trial.isVerifying} onClick={() => void trial.verify()}>
        Verify
      </Button>
      <form
        class="test-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void trial.test(to.trim())
        }}
      >
        <Field label="Test email to" rule={testRule(draft)}>
          {(ties) => (
            <input
              {...ties}
              type="email"
              autocomplete="email"
              placeholder={ownAddress(draft) ?? 'you@example.com'}
              value={to}
              onInput={(event) => setTo(event.currentTarget.value)}
            />
          )}
        </Field>
        <Button type="submit" icon="send" busy={trial.isTesting}>
          Send a test email
        </Button>
      </form>
      <div class="stack save">
        <Button
          kind="primary"
          busy={trial.isSaving}
          disabled={!dirty}
          onClick={() => void trial.save(false)}
        >
          Save and activate
        </Button>
        {dirty && (
          <Button kind="plain" onClick={() => void discard()}>
            Discard changes
          </Button>
        )}
      </div>
    </aside>
  )
}

const discardQuestion = {
  title: 'Discard your changes?',
  text: 'The form goes back to what is saved. What you typed is gone.',
  deed: 'Discard',
  tone: 'danger',
} as const

/** Only when asked does a test email go to the default sender. */
function ownAddress({ wanted, base }: Draft): string | undefined {
  const from = { ...(base.settings['from'] as object), ...(wanted['from'] as object | undefined) }
  const { address } = from as { address?: string | null }
  return address ?? undefined
}

function testRule(draft: Draft): string {
  const nobody = ownAddress(draft) ? ' Empty: to the default sender.' : ''
  const [first = ''] = chosenEngines(draft)
  if (first === 'noop') return `With capture it ends up in the inbox.${nobody}`
  return `One email, really sent with what is in the form, saved or not.${nobody}`
}

function InForce({ base }: { readonly base: SettingsAnswer }) {
  const since = base.saved_at ?? base.since
  return (
    <header>
      <h2>In force</h2>
      <p class="soft">
        {base.saved_at ? 'Saved' : 'As deployed'}
        {since && (
          <>
            , since <Time at={since} />
          </>
        )}
        . Version <code>{base.version.slice(0, 8)}</code>
      </p>
    </header>
  )
}

function Changes({ draft }: { readonly draft: Draft }) {
  const paths = [
    ...changesBetween(draft.base.saved, draft.wanted).map(({ path }) => path),
    ...Object.keys(draft.secrets),
  ]
  return (
    <div class="changes">
      {paths.length === 0 ? (
        <p class="soft">Nothing changed.</p>
      ) : (
        <>
          <p>
            <b>{count(paths.length, 'change')}</b> not saved yet
          </p>
          <p class="soft small">{paths.map(labelOf).join(', ')}</p>
        </>
      )}
    </div>
  )
}

function VerdictList({ verdicts }: { readonly verdicts: Verdicts }) {
  return (
    <>
      {Object.entries(verdicts).map(([name, { valid, reason, warnings = [] }]) => (
        <Notice
          key={name}
          tone={valid ? 'good' : 'bad'}
          title={valid ? `${engineLabel(name)} takes email` : `${engineLabel(name)} says no`}
        >
          {reason && <p class="words">{reason}</p>}
          {warnings.map((warning) => (
            <p key={warning} class="words">
              {warning}
            </p>
          ))}
        </Notice>
      ))}
    </>
  )
}

function TestResult({ test }: { readonly test: TestAnswer }) {
  const tone = ['sent', 'delivered', 'captured'].includes(test.state)
    ? 'good'
    : ['failed', 'bounced'].includes(test.state)
      ? 'bad'
      : 'warn'
  const said = test.timeline.findLast(({ what }) => what === 'attempt')
  return (
    <Notice tone={tone} title={`Test email to ${test.to.join(', ')}`}>
      <p>
        <State state={test.state} />
      </p>
      {(test.reason ?? said?.reason) && <p class="words">{test.reason ?? said?.reason}</p>}
      <a href={href(['log', test.id])}>
        <Icon name="list" /> Its record in the log
      </a>
    </Notice>
  )
}
