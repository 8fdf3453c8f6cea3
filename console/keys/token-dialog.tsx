import { Button } from '../parts/button.tsx'
import { Copy } from '../parts/copy.tsx'
import { Dialog } from '../parts/dialog.tsx'

/** Shows a new key this once. */
export function TokenDialog({
  token,
  onClose,
}: {
  readonly token: string
  readonly onClose: () => void
}) {
  return (
    <Dialog title="Your new key" onClose={onClose}>
      <p>Copy it now: it is not stored and cannot be shown again.</p>
      <p class="token">
        <code>{token}</code>
        <Copy text={token} label="Copy the key" />
      </p>
      <div class="actions">
        <Button kind="primary" onClick={onClose}>
          I have it
        </Button>
      </div>
    </Dialog>
  )
}
