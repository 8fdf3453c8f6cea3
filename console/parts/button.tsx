import type { ButtonHTMLAttributes } from 'preact'
import { Icon, type IconName } from './icon.tsx'

interface ButtonProps extends ButtonHTMLAttributes {
  readonly kind?: 'primary' | 'danger' | 'plain'
  readonly icon?: IconName
  /** What was asked for is under way: the button keeps its place and its focus, and does nothing. */
  readonly busy?: boolean
}

export function Button({ kind, icon, busy, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      class={['button', kind, busy && 'busy'].filter(Boolean).join(' ')}
      aria-disabled={busy ? 'true' : undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  )
}
