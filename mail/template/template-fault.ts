/** What is wrong with a template, or with what it was given. */
export interface TemplateFault {
  /** The text it stands in: `html`, `subject`, `welcome/en.html`. */
  readonly where: string
  /** Counted from 1. */
  readonly line: number
  readonly rule: string
  /** The variable that is missing or wrong. */
  readonly variable?: string
}

/** A template that cannot be read, or a rendering that cannot go on. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'
  readonly fault: TemplateFault

  constructor(fault: TemplateFault) {
    super(spellFault(fault))
    this.fault = fault
  }
}

/** What makes some work throw a TemplateError; undefined when nothing does. */
export function faultIn(work: () => unknown): TemplateFault | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof TemplateError) return error.fault
    throw error
  }
}

/** As people read it: `welcome/en.html, line 3: the variable "name" is missing`. */
export function spellFault({ where, line, rule }: TemplateFault): string {
  return `${where}, line ${line}: ${rule}`
}
