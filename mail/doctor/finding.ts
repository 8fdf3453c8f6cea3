import type { Finding } from '../doctor.ts'

/** Mail does not work so, or is not safe. */
export function wrong(code: string, problem: string, cure: string): Finding {
  return { code, level: 'wrong', problem, cure }
}

/** It works, but not as well as it should. */
export function risk(code: string, problem: string, cure: string): Finding {
  return { code, level: 'risk', problem, cure }
}
