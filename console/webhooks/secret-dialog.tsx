import { Button } from '../parts/button.tsx'
import { Copy } from '../parts/copy.tsx'
import { Dialog } from '../parts/dialog.tsx'

/** A webhook whose secret was just made. */
export interface Shown {
  readonly id: string
  readonly signing_secret: string
}

interface SecretDialogProps {
  readonly of: Shown
  readonly onClose: () => void
}

/** Shows a new secret this once. */
export function SecretDialog({ of, onClose }: SecretDialogProps) {
  return (
    <Dialog title="What to verify with" onClose={onClose}>
      <p>Copy it now: this page does not show it again.</p>
      <p class="token">
        <code>{of.signing_secret}</code>
        <Copy text={of.signing_secret} label="Copy the secret" />
      </p>
      <div class="actions">
        <Button kind="primary" onClick={onClose}>
          I have it
        </Button>
      </div>
    </Dialog>
  )
}
