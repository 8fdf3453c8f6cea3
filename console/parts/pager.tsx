import { Icon } from './icon.tsx'

interface PagerProps {
  readonly newest?: string
  readonly older?: string
}

/** Links to the pages of a list, each with an address of its own. */
export function Pager({ newest, older }: PagerProps) {
  if (!newest && !older) return null
  return (
    <nav class="pager" aria-label="Pages">
      {newest && (
        <a class="button" href={newest}>
          <Icon name="back" /> <span>Newest</span>
        </a>
      )}
      {older && (
        <a class="button" href={older}>
          <span>Older</span> <Icon name="chevron" />
        </a>
      )}
    </nav>
  )
}
