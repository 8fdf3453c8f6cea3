/** What a bench was stopped by: everything it started has to be stopped before it goes. */
export class Interruption extends Error {}

/**
 * The answer, or the end of waiting for it at SIGINT or SIGTERM.
 *
 * @throws Interruption at a signal
 */
export function orInterrupted<T>(answer: Promise<T>): Promise<T> {
  return Promise.race([answer, interrupted])
}

const interrupted = new Promise<never>((_resolve, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => reject(new Interruption(`stopped by ${signal}`)))
})
// There may be no one waiting when it comes.
interrupted.catch(() => undefined)
