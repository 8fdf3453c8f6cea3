import { createStore, useStore } from '../data/store.ts'
import { IconButton } from '../parts/icon-button.tsx'
import { Icon } from '../parts/icon.tsx'

interface Toast {
  readonly id: number
  readonly tone: 'good' | 'bad'
  readonly text: string
}

const toasts = createStore<readonly Toast[]>([])

/** How long good news stays, in milliseconds. Bad news stays until it is put away. */
const shownMs = 6_000

let last = 0

/** Says that something was done. */
export function tell(text: string) {
  const id = add('good', text)
  setTimeout(() => dismiss(id), shownMs)
}

/** Says that something was not done, and why. */
export function complain(error: unknown) {
  add('bad', error instanceof Error ? error.message : String(error))
}

function add(tone: Toast['tone'], text: string): number {
  last += 1
  const others = toasts.get().filter((toast) => toast.text !== text)
  toasts.set([...others, { id: last, tone, text }].slice(-4))
  return last
}

function dismiss(id: number) {
  toasts.set(toasts.get().filter((toast) => toast.id !== id))
}

/** What was said lately, also read out by screen readers. */
export function Toasts() {
  const shown = useStore(toasts)
  const line = (tone: Toast['tone']) =>
    shown
      .filter((toast) => toast.tone === tone)
      .map((toast) => (
        <div key={toast.id} class={`toast ${tone}`}>
          <Icon name={tone === 'good' ? 'check' : 'alert'} />
          <p>{toast.text}</p>
          <IconButton icon="close" label="Dismiss" onClick={() => dismiss(toast.id)} />
        </div>
      ))
  return (
    <div class="toasts">
      <div role="status">{line('good')}</div>
      <div role="alert">{line('bad')}</div>
    </div>
  )
}
