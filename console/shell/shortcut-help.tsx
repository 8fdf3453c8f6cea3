import { useStore } from '../data/store.ts'
import { Dialog } from '../parts/dialog.tsx'
import { enabled, offered, setEnabled } from './shortcuts.ts'

/** What the keyboard can do here and now. */
export function ShortcutHelp({ onClose }: { readonly onClose: () => void }) {
  const groups = useStore(offered)
  const on = useStore(enabled)
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose} wide>
      <div class="shortcuts">
        {groups.map(({ title, shortcuts }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {shortcuts.map(({ keys, label }) => (
                <div key={keys}>
                  <dt>
                    {keys.split(' ').map((key) => (
                      <kbd key={key}>{spelled[key] ?? key}</kbd>
                    ))}
                  </dt>
                  <dd>{label}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => setEnabled(event.currentTarget.checked)}
        />
        Single keys work
      </label>
    </Dialog>
  )
}

const spelled: Readonly<Record<string, string>> = { Delete: 'Del', Enter: '⏎', Escape: 'Esc' }
