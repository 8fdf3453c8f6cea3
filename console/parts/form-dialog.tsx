import type { ComponentChildren } from 'preact'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import type { IconName } from './icon.tsx'

interface FormDialogProps {
  readonly title: string
  /** Before the form: what its deed does. */
  readonly intro?: ComponentChildren
  /** What the button says. */
  readonly deed: string
  readonly icon?: IconName
  readonly busy: boolean
  readonly onSubmit: () => Promise<void>
  readonly onClose: () => void
  readonly children: ComponentChildren
}

/** A dialog that asks for something: fields, and a button that does it. */
export function FormDialog(props: FormDialogProps) {
  const { title, intro, deed, icon, busy, onSubmit, onClose, children } = props
  return (
    <Dialog title={title} onClose={onClose}>
      {intro}
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void onSubmit()
        }}
      >
        {children}
        <div class="actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" icon={icon} busy={busy}>
            {deed}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
