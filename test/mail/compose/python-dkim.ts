import { execFileSync } from 'node:child_process'

/** Debian's own Python, whose package python3-dkim brings the module. */
const python = '/usr/bin/python3'

/** Whether python3-dkim is here, which shares no code with us. */
export const hasPythonDkim = (() => {
  try {
    execFileSync(python, ['-c', 'import dkim'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** What a program answers that reads JSON and prints JSON. */
export function askPython<Answer>(program: string, question: object): Answer {
  const input = JSON.stringify(question)
  return JSON.parse(execFileSync(python, ['-c', program], { input }).toString()) as Answer
}
