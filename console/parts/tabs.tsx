import { href } from '../shell/place.ts'

/** The key of a view, what its tab says, and where it leads. */
type Tab<K> = readonly [K, string, readonly string[]]

interface TabsProps<K> {
  /** What they lead between, for people who do not see them. */
  readonly label: string
  readonly tabs: readonly Tab<K>[]
  readonly current: K
}

/** From one view of a subject to the others. */
export function Tabs<K extends string>({ label, tabs, current }: TabsProps<K>) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(([tab, name, path]) => (
        <a key={tab} href={href(path)} aria-current={tab === current ? 'page' : undefined}>
          {name}
        </a>
      ))}
    </nav>
  )
}
