/** One thing that is wrong, and what to do about it. */
export interface Finding {
  /** Names the kind of problem, for scripts: `smtp.port-and-security`. */
  readonly code: string
  /** `wrong`: mail does not work or is not safe. `risk`: it works, but not as well as it should. */
  readonly level: 'wrong' | 'risk'
  readonly problem: string
  readonly cure: string
}

/** Mail does not work like this, or is not safe. */
export function wrong(code: string, problem: string, cure: string): Finding {
  return { code, level: 'wrong', problem, cure }
}

/** It works, but not as well as it should. */
export function risk(code: string, problem: string, cure: string): Finding {
  return { code, level: 'risk', problem, cure }
}
