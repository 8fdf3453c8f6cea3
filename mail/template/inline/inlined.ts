import type { TemplateFault } from '../template-fault.ts'
import type { Written } from '../tree.ts'

/** The texts of a page, with their own styles in them. */
export interface Inlined {
  readonly html: Written
  readonly layout?: Written
  /** Partials that came to differ by where they are used, under names that no file can have. */
  readonly partials: ReadonlyMap<string, Written>
}

/** Why the texts of a page were left as they are. */
export interface Left {
  readonly left: TemplateFault
}
