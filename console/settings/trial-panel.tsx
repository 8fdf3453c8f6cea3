import { Button } from '../parts/button.tsx'
import { Notice } from '../parts/notice.tsx'
import { Time } from '../parts/time.tsx'
import { count } from '../parts/words.ts'
import { confirm } from '../shell/confirm.tsx'
import { useShortcuts } from '../shell/shortcuts.ts'
import type { SettingsAnswer } from './answers.ts'
import { changesBetween, draft as store, isChanged, startOf, type Draft } from './draft.ts'
import { TestForm } from './test-form.tsx'
import { TestResult, VerdictList } from './trial-results.tsx'
import { useTrial, type TrialOptions } from './trial.ts'
import { labelOf } from './wording.ts'

/** What is in force, what would change, and the three things to do about it: verify, test, save. */
export function TrialPanel(options: TrialOptions) {
  const { draft, onFaults } = options
  const trial = useTrial(options)
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

      <TestForm
        draft={draft}
        busy={trial.isTesting}
        fault={tried.toFault}
        onTest={(to) => void trial.test(to)}
      />
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
  text: 'The form goes back to what is saved. What you typed is lost.',
  deed: 'Discard',
  tone: 'danger',
} as const

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
