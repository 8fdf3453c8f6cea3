import { useEffect, useRef } from 'preact/hooks'
import { createStore } from '../data/store.ts'

interface Shortcut {
  /** As in `event.key`; two of them one after the other with a space between: `g i`. */
  readonly keys: string
  readonly label: string
  readonly run: () => void
}

interface Group {
  readonly title: string
  readonly shortcuts: readonly Shortcut[]
}

/** The shortcuts that work now, by who offers them. */
export const offered = createStore<readonly Group[]>([])

/** Whether single keys do anything: people who dictate, or whose hands slip, switch them off. */
export const enabled = createStore(localStorage.getItem('shortcuts') !== 'off')

export function setEnabled(on: boolean) {
  localStorage.setItem('shortcuts', on ? 'on' : 'off')
  enabled.set(on)
}

/** Offers shortcuts for as long as the part of the page is there. */
export function useShortcuts(title: string, shortcuts: readonly Shortcut[]) {
  const latest = useRef(shortcuts)
  latest.current = shortcuts
  // Which ones there are, not what they do, which the latest drawing says.
  const which = shortcuts.map(({ keys, label }) => `${keys} ${label}`).join('\n')
  useEffect(() => {
    const group: Group = {
      title,
      shortcuts: latest.current.map(({ keys, label }, n) => ({
        keys,
        label,
        run: () => latest.current[n]?.run(),
      })),
    }
    offered.set([...offered.get(), group])
    return () => offered.set(offered.get().filter((one) => one !== group))
  }, [title, which])
}

/** How long after its first key the second of two still counts, in milliseconds. */
const pairMs = 1_500

let first: { key: string; at: number } | undefined

/** Listens to the keyboard. */
export function listenToKeys() {
  addEventListener('keydown', (event) => {
    if (!enabled.get() || event.ctrlKey || event.metaKey || event.altKey) return
    if (isTyping(event.target) || document.querySelector('dialog:modal')) return
    const before = first && event.timeStamp - first.at < pairMs ? `${first.key} ` : ''
    const found = find(before + event.key) ?? find(event.key)
    first = { key: event.key, at: event.timeStamp }
    if (!found) return
    first = undefined
    event.preventDefault()
    found.run()
  })
}

/** What was offered last wins: it is nearest to what the reader looks at. */
function find(keys: string): Shortcut | undefined {
  return offered
    .get()
    .flatMap(({ shortcuts }) => shortcuts)
    .findLast((shortcut) => shortcut.keys === keys)
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio'].includes(target.type)
  return target.matches('textarea, select')
}
