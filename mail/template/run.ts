import { limits } from './limits.ts'
import { TemplateError, type TemplateFault } from './template-fault.ts'

/** What `this` and `../` mean where a tag stands, and what a loop knows of its round. */
export interface Scope {
  readonly value: unknown
  /** What a partial is given by name, which comes before what `value` has. */
  readonly named?: Readonly<Record<string, unknown>>
  readonly parent?: Scope
  readonly round?: Round
}

interface Round {
  readonly index: number
  readonly key: string | number
  readonly first: boolean
  readonly last: boolean
}

/** One rendering of one text. What it has cost is shared by all texts of an email. */
export interface Run {
  readonly root: unknown
  readonly locale: string
  readonly direction: 'ltr' | 'rtl'
  /** Rendered before all else. */
  readonly subject: string
  /** Whether a variable that is not there is a fault, or empty as SendGrid has it. */
  readonly strict: boolean
  /** Variables that may be absent. */
  readonly optional: ReadonlySet<string>
  readonly cost: { steps: number; printed: number }
  readonly faults: TemplateFault[]
  /** What a layout stands around; none while that is printed. */
  body?: Step | undefined
  /** The beginning of the link that is being printed. */
  link: string
  out: string
}

export type Step = (run: Run, scope: Scope) => void
/** Finds what prints a message; undefined where there is none of this key. */
export type FindMessage = (
  key: string,
) => ((values: Readonly<Record<string, unknown>>) => Step) | undefined

export type Value = (run: Run, scope: Scope) => unknown

/** Where a tag stands, for what is said about it. */
export interface Spot {
  readonly where: string
  readonly line: number
}

/** @throws TemplateError when the rendering has taken all the steps it may */
export function takeStep({ cost }: Run, spot: Spot, count = 1): void {
  if ((cost.steps += count) > limits.steps)
    throw new TemplateError({ ...spot, rule: `more than ${limits.steps} steps` })
}

/** @throws TemplateError when the rendering has printed all it may */
export function print(run: Run, text: string, spot: Spot): void {
  run.cost.printed += text.length
  if (run.cost.printed > limits.output)
    throw new TemplateError({ ...spot, rule: `prints more than ${limits.output} characters` })
  run.out += text
}

/** Keeps a fault and goes on, so that a caller hears of all at once. */
export function blame({ faults }: Run, fault: TemplateFault): void {
  if (faults.length < limits.faults) faults.push(fault)
}
