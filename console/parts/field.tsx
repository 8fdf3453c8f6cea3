import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

export interface FieldProps {
  readonly label: string
  /** What is allowed, said before anything is sent. */
  readonly rule?: ComponentChildren
  /** What is wrong with the value. */
  readonly fault?: string
  readonly mark?: ComponentChildren
  /** Takes a line of its own where others stand side by side. */
  readonly wide?: boolean
  /** The input, with the attributes that tie it to its label, rule and fault. */
  readonly children: (ties: Ties) => ComponentChildren
}

export interface Ties {
  readonly id: string
  readonly 'aria-describedby'?: string
  readonly 'aria-invalid'?: 'true'
}

/** One thing to fill in. */
export function Field({ label, rule, fault, mark, wide, children }: FieldProps) {
  const id = useId()
  const described = [fault && `${id}-fault`, rule && `${id}-rule`].filter(Boolean).join(' ')
  return (
    <div class={['field', fault && 'faulty', wide && 'wide'].filter(Boolean).join(' ')}>
      <div class="field-head">
        <label for={id}>{label}</label>
        {mark}
      </div>
      {children({
        id,
        ...(described && { 'aria-describedby': described }),
        ...(fault && { 'aria-invalid': 'true' }),
      })}
      {fault && (
        <p class="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
      {rule && (
        <p class="rule" id={`${id}-rule`}>
          {rule}
        </p>
      )}
    </div>
  )
}
