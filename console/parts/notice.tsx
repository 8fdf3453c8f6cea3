import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon.tsx'
import { Button } from './button.tsx'

interface NoticeProps {
  readonly tone: 'good' | 'warn' | 'bad' | 'quiet'
  readonly title: ComponentChildren
  readonly icon?: IconName
  readonly children?: ComponentChildren
  readonly actions?: ComponentChildren
}

/** Something that a person should know, with what to do about it. */
export function Notice({ tone, title, icon, children, actions }: NoticeProps) {
  return (
    <section class={`notice ${tone}`}>
      <Icon name={icon ?? (tone === 'good' ? 'check' : 'alert')} />
      <div>
        <p class="title">{title}</p>
        {children}
      </div>
      {actions && <div class="actions">{actions}</div>}
    </section>
  )
}

/** Why something could not be read. What is known from before stays on the page. */
export function Failure({ of, onRetry }: { readonly of: Error; readonly onRetry: () => void }) {
  return (
    <Notice
      tone="bad"
      title={of.message}
      actions={
        <Button icon="refresh" onClick={onRetry}>
          Try again
        </Button>
      }
    />
  )
}

interface EmptyProps {
  readonly icon: IconName
  readonly title: string
  /** There is nothing else on the page. */
  readonly isAll?: boolean
  readonly children?: ComponentChildren
}

/** Nothing here yet, and how to change that. */
export function Empty({ icon, title, isAll, children }: EmptyProps) {
  return (
    <div class="empty">
      <Icon name={icon} />
      {isAll ? <h1 class="title">{title}</h1> : <p class="title">{title}</p>}
      {children}
    </div>
  )
}

/** Room for lines that are being read, so that nothing jumps when they come. */
export function Skeleton({ lines }: { readonly lines: number }) {
  return (
    <div class="skeleton" aria-busy="true">
      <span class="unseen">Loading</span>
      {Array.from({ length: lines }, (_, n) => (
        <i key={n} />
      ))}
    </div>
  )
}
