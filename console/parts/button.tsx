import type { ButtonHTMLAttributes } from 'preact'
import { Icon, type IconName } from './icon.tsx'

interface ButtonProps extends ButtonHTMLAttributes {
  readonly kind?: 'primary' | 'danger' | 'plain'
  readonly icon?: IconName
  /** The action is running: the button keeps its place and its focus, and does nothing. */
  readonly busy?: boolean
  readonly class?: string
}

export function Button({ kind, icon, busy, class: more, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      class={['button', kind, more, busy && 'busy'].filter(Boolean).join(' ')}
      aria-disabled={busy ? 'true' : undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {icon && <Icon name={icon} />}
      {children && <span>{children}</span>}
    </button>
  )
}
