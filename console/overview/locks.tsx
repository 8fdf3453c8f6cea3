import { Icon } from '../parts/icon.tsx'
import type { SettingsAnswer } from '../settings/answers.ts'
import { locksOf } from '../settings/layers.ts'

/** What was fixed where Postern was deployed. */
export function Locks({ locks }: { readonly locks: SettingsAnswer['locks'] }) {
  const all = locksOf(locks)
  return (
    <section class="card">
      <h2>Locked</h2>
      {all.length === 0 ? (
        <p class="soft">Nothing: every setting can be changed here.</p>
      ) : (
        <>
          <p class="soft">Fixed where Postern was deployed. They cannot be changed here.</p>
          <dl class="pairs">
            {all.map(({ path, value }) => (
              <div key={path}>
                <dt>
                  <Icon name="lock" /> {path}
                </dt>
                <dd>
                  <code>{JSON.stringify(value)}</code>
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </section>
  )
}
