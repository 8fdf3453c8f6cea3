import { useEngineLabel } from '../data/engines.ts'
import { Icon } from '../parts/icon.tsx'
import { Notice } from '../parts/notice.tsx'
import { State } from '../parts/state.tsx'
import { href } from '../shell/place.ts'
import type { Verdicts } from './answers.ts'
import type { TestAnswer } from './trial.ts'

/** What each engine said, in its own words. */
export function VerdictList({ verdicts }: { readonly verdicts: Verdicts }) {
  const engineLabel = useEngineLabel()
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

/** What became of a test email, with what the server said. */
export function TestResult({ test }: { readonly test: TestAnswer }) {
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
