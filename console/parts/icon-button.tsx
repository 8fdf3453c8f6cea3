import type { ButtonHTMLAttributes } from 'preact'
import { Icon, type IconName } from './icon.tsx'

interface IconButtonProps extends ButtonHTMLAttributes {
  readonly icon: IconName
  /** What it does, for screen readers; also the tooltip where `title` is not shorter. */
  readonly label: string
  readonly title?: string
}

/** A button that shows nothing but an icon. */
export function IconButton({ icon, label, title = label, ...rest }: IconButtonProps) {
  return (
    <button type="button" {...rest} class="icon-button" aria-label={label} title={title}>
      <Icon name={icon} />
    </button>
  )
}
