import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** A part of the bench in a process of its own: answers one question at a time. */
export interface Child<Question extends object, Answer> {
  readonly pid: number
  ask(question: Question): Promise<Answer>
  close(): Promise<void>
}

/** Runs a file of this folder. */
export function startChild<Question extends object, Answer>(file: string): Child<Question, Answer> {
  const child = fork(join(import.meta.dirname, file))
  const exited = once(child, 'exit')
  return {
    pid: child.pid!,
    async ask(question) {
      const answered = once(child, 'message')
      child.send(question)
      const ended = exited.then(() => {
        throw new Error(`${file} ended before it answered`)
      })
      const [answer] = (await Promise.race([answered, ended])) as [Answer]
      return answer
    },
    async close() {
      child.kill()
      await exited
    },
  }
}

/** The other side: answers questions until the parent goes. */
export function answerParent<Question, Answer>(answer: (question: Question) => Promise<Answer>) {
  process.on('message', (question: Question) => {
    void answer(question).then((words) => process.send!(words as object))
  })
  process.on('disconnect', () => process.exit())
}
