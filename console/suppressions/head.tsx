import { addressOf } from '../data/page-half.ts'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'

interface HeadProps {
  readonly onOpen: (dialog: 'add' | 'import') => void
}

/** The title, and what can be done with the list as a whole. */
export function Head({ onOpen }: HeadProps) {
  return (
    <header class="view-head">
      <h1>Suppressions</h1>
      <a class="button" href={addressOf('/v1/suppressions/export')} download="suppressions.csv">
        <Icon name="download" /> <span>Export</span>
      </a>
      <Button icon="upload" onClick={() => onOpen('import')}>
        Import
      </Button>
      <Button kind="primary" icon="plus" onClick={() => onOpen('add')}>
        Add an address
      </Button>
    </header>
  )
}
