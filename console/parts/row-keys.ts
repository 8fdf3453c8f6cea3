import { useShortcuts } from '../shell/shortcuts.ts'

/** Walks through the rows of a list by `j` and `k`; Enter opens, as it does every link. */
export function useRowKeys() {
  useShortcuts('List', [
    { keys: 'j', label: 'Next', run: () => step(1) },
    { keys: 'k', label: 'Previous', run: () => step(-1) },
  ])
}

function step(by: number) {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')]
  const at = rows.findIndex((row) => row === document.activeElement)
  const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by
  rows[Math.min(Math.max(next, 0), rows.length - 1)]?.focus()
}
