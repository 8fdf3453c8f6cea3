import { clientVersionHeader, versionHeader } from '../api/http/told-version.ts'
import { version } from '../machine/version.ts'
import { plainLine } from './plain-text.ts'

/** What tells a Postern which version of the command line asks. */
export const ownVersion: Readonly<Record<string, string>> = { [clientVersionHeader]: version }

/** Whether two versions may misread each other: those that differ by more than a patch. */
export function isSkewed(other: string): boolean {
  return minorOf(other) !== minorOf(version)
}

/** Says once, of a Postern that answers, that it is of another version. */
export function skewTeller(name: string, remark: (text: string) => void) {
  let isTold = false
  return ({ headers }: Pick<Response, 'headers'>) => {
    const other = headers.get(versionHeader)
    if (isTold || other === null || !isSkewed(other)) return
    isTold = true
    remark(
      `postern: ${name} runs Postern ${plainLine(other)} and this is ${version}: use that version here, or upgrade it\n`,
    )
  }
}

/** `1.2` of `1.2.3`. */
function minorOf(text: string): string {
  return text.split('.').slice(0, 2).join('.')
}
