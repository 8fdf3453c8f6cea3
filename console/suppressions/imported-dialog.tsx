import type { Imported } from '../data/answers.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Notice } from '../parts/notice.tsx'
import { count } from '../parts/words.ts'

interface ImportedDialogProps {
  readonly imported: Imported
  readonly onClose: () => void
}

/** What came of a file, and what is wrong with which of its rows. */
export function ImportedDialog({ imported, onClose }: ImportedDialogProps) {
  const { added, known, refused, faults } = imported
  return (
    <Dialog title="Imported" onClose={onClose}>
      <p>
        {count(added, 'address', 'addresses')} added, {known} known already.
      </p>
      {refused > 0 && (
        <Notice tone="warn" title={`${count(refused, 'row')} refused`}>
          <ul class="plain-list">
            {faults.map(({ line, rule }) => (
              <li key={line} class="words">
                line {line}: {rule}
              </li>
            ))}
          </ul>
          {refused > faults.length && <p>and {refused - faults.length} more</p>}
        </Notice>
      )}
      <div class="actions">
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  )
}
